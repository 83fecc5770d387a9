package config

import (
	"errors"

	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type godaddyOptions struct {
	Token   secret `yaml:"token" doc:"a personal access token, for version 3 of the API"`
	Key     secret `yaml:"key" doc:"an API key, for version 1 of the API; wants its secret"`
	Secret  secret `yaml:"secret" doc:"the secret of the key"`
	Shopper string `yaml:"shopper" doc:"whose domains they are, for resellers"`
	OTE     bool   `yaml:"ote" doc:"the test environment, which has credentials of its own"`
}

var (
	errGodaddyNS  = errors.New("godaddy has name servers of its own, and its API cannot write others")
	errCredential = errors.New("godaddy wants the option token, or the options key and secret")
)

func (o *godaddyOptions) serve([]zone.Name) error { return errGodaddyNS }

func (o *godaddyOptions) open(c *Config) (provider.Provider, string, error) {
	p := &godaddy.Provider{Shopper: o.Shopper, OTE: o.OTE}
	switch token, key, its := o.Token.ref != "", o.Key.ref != "", o.Secret.ref != ""; {
	case token && !key && !its:
		p.Credential = godaddy.TokenFrom(o.Token.source(c))
	case key && its && !token:
		p.Credential = godaddy.KeyFrom(o.Key.source(c), o.Secret.source(c))
	default:
		return nil, "", errCredential
	}
	return p, "", nil
}
