package config

import (
	"cmp"
	"errors"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type zonefileOptions struct {
	Dir         string      `yaml:"dir" need:"true" doc:"the folder of the files"`
	NameServers nameServers `yaml:"name_servers" doc:"for zones that bring none"`
	MName       string      `yaml:"mname" doc:"the primary server in the SOA; the source's if left out"`
	After       []string    `yaml:"after" doc:"a command and its arguments, to be run after a change; {zone} and {file} are replaced"`
	StockBIND   bool        `yaml:"stock_bind" doc:"leave out what BIND refuses in its stock configuration"`
	Owner       string      `yaml:"owner" doc:"whose files these are, one word; zonecast if left out"`
}

var errNoDir = errors.New("zonefile wants the option dir, a folder")

func (o *zonefileOptions) serve(names []zone.Name) error { return o.NameServers.serve(names) }

func (o *zonefileOptions) open(c *Config) (provider.Provider, string, error) {
	if o.Dir == "" {
		return nil, "", errNoDir
	}
	d := &zonefile.Dir{Path: c.path(o.Dir), ID: cmp.Or(o.Owner, "zonecast"), After: o.After, StockBIND: o.StockBIND}
	var err error
	if d.NameServers, err = o.NameServers.parse(); err != nil {
		return nil, "", err
	}
	d.MName, err = nameOrNone(o.MName)
	return d, d.ID, err
}
