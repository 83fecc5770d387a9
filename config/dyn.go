package config

import (
	"errors"

	"github.com/zonecast/zonecast/drivers/dyn"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type dynOptions struct {
	Customer string `yaml:"customer" need:"true" doc:"the name of the account"`
	User     string `yaml:"user" need:"true" doc:"a user of the account that may use the API"`
	Password secret `yaml:"password" need:"true" doc:"the password of the user"`
	Contact  string `yaml:"contact" doc:"the mail address in the SOA of new zones; hostmaster of the zone if left out"`
	Style    string `yaml:"serial_style" doc:"how new zones count their serials: increment, epoch, day or minute; increment if left out"`
	Frozen   bool   `yaml:"frozen" doc:"keep zones frozen, and thaw them for a change only"`
}

var (
	errDynNS      = errors.New("the service has name servers of its own at the apex of each zone")
	errDynAccount = errors.New("dyn wants the options customer, user and password")
)

func (o *dynOptions) serve([]zone.Name) error { return errDynNS }

func (o *dynOptions) open(c *Config) (provider.Provider, string, error) {
	if o.Customer == "" || o.User == "" || o.Password.ref == "" {
		return nil, "", errDynAccount
	}
	return &dyn.Provider{
		Credential: dyn.PasswordFrom(o.Customer, o.User, o.Password.source(c)),
		Contact:    o.Contact, Style: o.Style, Frozen: o.Frozen,
	}, "", nil
}
