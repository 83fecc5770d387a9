package config

import (
	"errors"

	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type powerdnssqlOptions struct {
	Database    database    `yaml:"database" need:"true" doc:"mysql (MariaDB, too), postgres or sqlite"`
	DSN         string      `yaml:"dsn" need:"true" doc:"user:password@tcp(host)/name, postgres://user:password@host/name, or the path of a file; best as ${file:PATH}"`
	Kind        zoneKind    `yaml:"kind" doc:"of zones that are created: master or native; master if left out"`
	NameServers nameServers `yaml:"name_servers" doc:"for zones that bring none"`
	MName       string      `yaml:"mname" doc:"the primary server in the SOA; the source's if left out"`
	API         pdnsAPI     `yaml:"api" doc:"of a server that serves from the database: it is told of every change, so that nothing old is served"`
	Control     []string    `yaml:"control" doc:"or a command that controls such a server, as pdns_control"`
}

type pdnsAPI struct {
	URL    string `yaml:"url" need:"true" doc:"the web server of PowerDNS, as http://127.0.0.1:8081"`
	Key    secret `yaml:"key" need:"true" doc:"its api-key; best as ${file:PATH}"`
	Server string `yaml:"server" doc:"the id of the server behind a proxy; localhost if left out"`
}

var (
	errNoDatabase = errors.New("powerdnssql wants the options database and dsn")
	errHalfAPI    = errors.New("api wants url and key")
)

func (o *powerdnssqlOptions) serve(names []zone.Name) error { return o.NameServers.serve(names) }

func (o *powerdnssqlOptions) open(c *Config) (provider.Provider, string, error) {
	if o.Database == "" || o.DSN == "" {
		return nil, "", errNoDatabase
	}
	dsn := o.DSN
	if o.Database == "sqlite" {
		dsn = c.path(dsn)
	}
	d, err := powerdnssql.Open(string(o.Database), dsn)
	if err != nil {
		return nil, "", err
	}
	d.Control = o.Control
	if o.Kind == "native" {
		d.Kind = powerdnssql.Native
	}
	if d.API, err = o.API.open(c); err != nil {
		return nil, "", err
	}
	if d.NameServers, err = o.NameServers.parse(); err != nil {
		return nil, "", err
	}
	d.MName, err = nameOrNone(o.MName)
	return d, "", err
}

func (a pdnsAPI) open(c *Config) (*powerdnssql.API, error) {
	switch {
	case a.URL == "" && a.Key.ref == "" && a.Server == "":
		return nil, nil
	case a.URL == "" || a.Key.ref == "":
		return nil, errHalfAPI
	}
	return &powerdnssql.API{URL: a.URL, Key: a.Key.source(c), Server: a.Server}, nil
}

// database is a kind of databases.
type database string

func (database) words() []string { return []string{"mysql", "postgres", "sqlite"} }

// UnmarshalYAML reads the word.
func (d *database) UnmarshalYAML(n ast.Node) error { return choose(n, d) }
