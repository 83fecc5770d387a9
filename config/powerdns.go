package config

import (
	"errors"

	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type powerdnsOptions struct {
	URL         string      `yaml:"url" need:"true" doc:"the web server of PowerDNS, as http://127.0.0.1:8081"`
	Key         secret      `yaml:"key" need:"true" doc:"its api-key; best as ${file:PATH}"`
	Server      string      `yaml:"server" doc:"the id of the server behind a proxy; localhost if left out"`
	Kind        zoneKind    `yaml:"kind" doc:"of zones that are created: master or native; master if left out"`
	NameServers nameServers `yaml:"name_servers" doc:"for zones that bring none"`
	MName       string      `yaml:"mname" doc:"the primary server in the SOA; the source's if left out"`
}

var errNoPowerDNS = errors.New("powerdns wants the options url and key")

func (o *powerdnsOptions) serve(names []zone.Name) error { return o.NameServers.serve(names) }

func (o *powerdnsOptions) open(c *Config) (provider.Provider, string, error) {
	if o.URL == "" || o.Key.ref == "" {
		return nil, "", errNoPowerDNS
	}
	p := &powerdns.Provider{URL: o.URL, Key: o.Key.source(c), Server: o.Server}
	if o.Kind == "native" {
		p.Kind = powerdns.Native
	}
	var err error
	if p.NameServers, err = o.NameServers.parse(); err != nil {
		return nil, "", err
	}
	p.MName, err = nameOrNone(o.MName)
	return p, "", err
}

// zoneKind is what PowerDNS does with a zone.
type zoneKind string

func (zoneKind) words() []string { return []string{"master", "native"} }

// UnmarshalYAML reads the word.
func (k *zoneKind) UnmarshalYAML(n ast.Node) error { return choose(n, k) }
