package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/zonecast/zonecast/drivers/rfc2136"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type rfc2136Options struct {
	Servers   []string `yaml:"servers" need:"true" doc:"addresses of the primary server, host or host:port; the first that takes a connection is spoken to"`
	Key       tsigKey  `yaml:"key" doc:"signs all messages; left out where the server goes by addresses"`
	Authority bool     `yaml:"authority" doc:"SOA and apex NS come from the source; the server's if left out"`
	Transfer  transfer `yaml:"transfer" doc:"how zones are read; as they are written if left out"`
}

type tsigKey struct {
	Name      string `yaml:"name" need:"true" doc:"as the server knows it"`
	Algorithm string `yaml:"algorithm" doc:"hmac-sha256, hmac-sha384 or hmac-sha512; the first if left out"`
	Secret    string `yaml:"secret" need:"true" doc:"in base64; best as ${file:PATH}"`
}

type transfer struct {
	Servers    []string `yaml:"servers" doc:"addresses that zones are read from; those of the primary if left out"`
	TLS        bool     `yaml:"tls" doc:"over TLS, at port 853 if none is said, and never without"`
	CA         string   `yaml:"ca" doc:"a file with who vouches for the server; those that the system trusts if left out"`
	ServerName string   `yaml:"server_name" doc:"the name in the certificate; the host of the address if left out"`
}

var (
	errNoServers = errors.New("rfc2136 wants the option servers, a list of addresses")
	errNotTLS    = errors.New("transfer: ca and server_name are for tls: true")
)

// serve is of no use here: a zone is made at the server, with its name servers.
func (o *rfc2136Options) serve([]zone.Name) error { return errNoUse }

func (o *rfc2136Options) open(c *Config) (provider.Provider, string, error) {
	if len(o.Servers) == 0 {
		return nil, "", errNoServers
	}
	secure, err := o.Transfer.tls(c)
	if err != nil {
		return nil, "", err
	}
	p := &rfc2136.Provider{
		Primaries: o.Servers, Key: rfc2136.Key(o.Key), Authority: o.Authority,
		Transfers: o.Transfer.Servers, TLS: secure,
	}
	return p, "", p.Key.Check()
}

// tls makes what the connection is secured with; nil where it is not.
func (t transfer) tls(c *Config) (*tls.Config, error) {
	switch {
	case !t.TLS && t.CA+t.ServerName != "":
		return nil, errNotTLS
	case !t.TLS:
		return nil, nil
	}
	conf := &tls.Config{ServerName: t.ServerName}
	if t.CA == "" {
		return conf, nil
	}
	text, err := os.ReadFile(c.path(t.CA))
	if err != nil {
		return nil, fmt.Errorf("transfer: %w", err)
	}
	conf.RootCAs = x509.NewCertPool()
	if !conf.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("transfer: %s has no certificate", t.CA)
	}
	return conf, nil
}
