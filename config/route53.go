package config

import (
	"context"
	"fmt"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/drivers/route53"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

type route53Options struct {
	AccessKeyID     string         `yaml:"access_key_id" doc:"with secret_access_key: the credentials; those that every AWS program finds if left out"`
	SecretAccessKey string         `yaml:"secret_access_key" doc:"the secret of the access key"`
	SessionToken    string         `yaml:"session_token" doc:"of temporary credentials"`
	Profile         string         `yaml:"profile" doc:"of the shared configuration files of AWS"`
	AssumeRole      string         `yaml:"assume_role" doc:"ARN of a role to take on"`
	ExternalID      string         `yaml:"external_id" doc:"that the role asks for"`
	Region          string         `yaml:"region" doc:"us-east-1 if neither this nor AWS's own settings say one"`
	Endpoint        string         `yaml:"endpoint" doc:"URL of the service; that of AWS if left out"`
	HostedZones     []route53Named `yaml:"hosted_zones" json:",omitempty" doc:"which hosted zone it is, where a name has several"`
	DelegationSet   string         `yaml:"delegation_set" doc:"id of the reusable delegation set of new zones; decides between several zones of a name"`
	NameServers     []string       `yaml:"name_servers" json:",omitempty" doc:"of one's own, that lead to those of the delegation set"`
	Wait            *Duration      `yaml:"wait" json:",omitempty" doc:"how long to wait until all name servers have a change; not at all if left out"`
	Limits          route53Limits  `yaml:"limits" json:",omitzero" doc:"how often the account may be called; as AWS publishes it if left out"`
}

type route53Named struct {
	Zone string `yaml:"zone" need:"true" doc:"its name"`
	ID   string `yaml:"id" need:"true" doc:"the id of the hosted zone"`
}

type route53Limits struct {
	Account route53Bucket `yaml:"account" json:",omitzero" doc:"all calls together"`
	Action  route53Bucket `yaml:"action" json:",omitzero" doc:"each action by itself"`
	Create  route53Bucket `yaml:"create" json:",omitzero" doc:"creations of zones"`
	Delete  route53Bucket `yaml:"delete" json:",omitzero" doc:"deletions of zones"`
	Changes route53Bucket `yaml:"changes" json:",omitzero" doc:"record changes; without a limit if left out, since AWS does not publish it"`
}

type route53Bucket struct {
	Rate  Rate  `yaml:"rate" doc:"so many a second"`
	Burst Count `yaml:"burst" doc:"so many at once"`
}

func (b route53Bucket) bucket() route53.Bucket {
	return route53.Bucket{Rate: float64(b.Rate), Burst: int(b.Burst)}
}

// A Rate is above 0.
type Rate float64

// UnmarshalYAML reads a rate.
func (r *Rate) UnmarshalYAML(n ast.Node) error {
	if err := yaml.NodeToValue(n, (*float64)(r)); err != nil || *r <= 0 {
		return wrong(n, "want a number above 0")
	}
	return nil
}

func (Rate) schema() object { return object{"type": "number", "exclusiveMinimum": 0} }

func (o *route53Options) serve(names []zone.Name) error {
	if len(o.NameServers) > 0 {
		return errNSTwice
	}
	for _, n := range names {
		o.NameServers = append(o.NameServers, string(n))
	}
	return nil
}

func (o *route53Options) open(*Config) (provider.Provider, string, error) {
	c := route53.Config{
		AccessKeyID: o.AccessKeyID, SecretAccessKey: o.SecretAccessKey, SessionToken: o.SessionToken,
		Profile: o.Profile, AssumeRole: o.AssumeRole, ExternalID: o.ExternalID, Region: o.Region, Endpoint: o.Endpoint,
		DelegationSet: o.DelegationSet,
		Limits: route53.Limits{Account: o.Limits.Account.bucket(), Action: o.Limits.Action.bucket(), Create: o.Limits.Create.bucket(),
			Delete: o.Limits.Delete.bucket(), Changes: o.Limits.Changes.bucket()},
	}
	if o.Wait != nil {
		c.Wait = time.Duration(*o.Wait)
	}
	for _, text := range o.NameServers {
		n, err := zone.ParseName(text)
		if err != nil {
			return nil, "", fmt.Errorf("name_servers: %w", err)
		}
		c.NameServers = append(c.NameServers, n)
	}
	for _, h := range o.HostedZones {
		n, err := zone.ParseName(h.Zone)
		if err != nil {
			return nil, "", fmt.Errorf("hosted_zones: %w", err)
		}
		if c.HostedZones == nil {
			c.HostedZones = map[zone.Name]string{}
		}
		c.HostedZones[n] = h.ID
	}
	p, err := route53.New(context.Background(), c)
	return p, "", err
}
