package config

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"

	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type planisysOptions struct {
	URL      string `yaml:"url" doc:"where the service is; its cloud, https://pdns-app.planisys.net:8443/api/v1, if left out"`
	Reseller string `yaml:"reseller" doc:"the short name of a reseller"`
	Company  string `yaml:"company" doc:"or that of a company"`
	Key      string `yaml:"key" need:"true" doc:"the API key, as ${file:./planisys.key}"`
	Profile  string `yaml:"profile" doc:"what is not public of the service, in YAML, as ${file:./planisys.yaml}; without it the list of domains is read and nothing else"`
	Contract string `yaml:"contract" doc:"a file: nothing is sent, and every call that would be is written there"`
}

func (*planisysOptions) serve([]zone.Name) error { return errNoUse }

func (o *planisysOptions) open(c *Config) (provider.Provider, string, error) {
	account := planisys.Options{URL: o.URL, Reseller: o.Reseller, Company: o.Company}
	if o.Key != "" {
		account.Key = func() (string, error) { return o.Key, nil }
	}
	var err error
	if account.Profile, err = planisys.ParseProfile([]byte(o.Profile)); err != nil {
		return nil, "", err
	}
	p, err := planisys.New(account)
	if err != nil || o.Contract == "" {
		return p, "", err
	}
	return &rehearsal{account, c.path(o.Contract)}, "", nil
}

// onlyReads reports whether a provider cannot write by what it was told.
func onlyReads(p provider.Provider) bool {
	r, ok := provider.As[interface{ ReadOnly() bool }](p)
	return ok && r.ReadOnly()
}

// A rehearsal stands in for a target in contract mode: whoever asks it for a zone has
// the calls for that zone written to a file.
type rehearsal struct {
	account planisys.Options
	file    string
}

// Zone implements provider.Provider.
func (r *rehearsal) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	var b bytes.Buffer
	if err := planisys.WriteContract(ctx, &b, r.account, name); err != nil {
		return nil, err
	}
	if err := os.WriteFile(r.file, b.Bytes(), 0o600); err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	return nil, fmt.Errorf("%w; what would be is in %s", planisys.ErrContract, r.file)
}

// Apply implements provider.Provider.
func (r *rehearsal) Apply(ctx context.Context, plan zone.Plan) error {
	_, err := r.Zone(ctx, plan.Zone)
	return err
}

// Zones implements provider.Lister, so that a check of the configuration writes the
// file, too.
func (r *rehearsal) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		_, err := r.Zone(ctx, "example.com.")
		yield("", err)
	}
}

// ReadOnly keeps everybody from planning more than to read.
func (*rehearsal) ReadOnly() bool { return true }
