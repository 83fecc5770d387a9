package godaddy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Provider speaks for one account. Only Credential has to be set, and no field
// may change after the first call. Several goroutines may use it at once.
type Provider struct {
	Credential Credential
	Shopper    string            // whose domains they are, for resellers; sent as X-Shopper-Id
	OTE        bool              // the test environment, which has keys of its own
	Transport  http.RoundTripper // nil: the usual one

	once sync.Once
	api  api
	tune func(*account) // for tests
}

// A Credential is a token or a key, and decides the version of the API. Token,
// TokenFrom, Key and KeyFrom make one.
type Credential struct {
	version int
	read    []rest.Secret
}

// Token is a personal access token, for version 3 of the API.
func Token(token string) Credential {
	return TokenFrom(func() (string, error) { return token, nil })
}

// TokenFrom is a personal access token that is read when it is needed, and again
// when GoDaddy refuses it.
func TokenFrom(token func() (string, error)) Credential {
	return Credential{3, []rest.Secret{token}}
}

// Key is an API key with its secret, for version 1 of the API.
func Key(key, secret string) Credential {
	fixed := func(s string) func() (string, error) { return func() (string, error) { return s, nil } }
	return KeyFrom(fixed(key), fixed(secret))
}

// KeyFrom is an API key with its secret that are read when they are needed, and
// again when GoDaddy refuses them.
func KeyFrom(key, secret func() (string, error)) Credential {
	return Credential{1, []rest.Secret{key, secret}}
}

// An api is one version of GoDaddy's API.
type api interface {
	// records gives all records of a zone, or at least those of some sets.
	records(ctx context.Context, apex zone.Name, of ...zone.Key) ([]record, error)
	// writer gives what carries out the changes of a plan, one by one.
	writer(ctx context.Context, plan zone.Plan) (func(zone.Change) error, error)
	dialect() dialect
}

// use makes the client at the first call.
func (p *Provider) use() api {
	p.once.Do(func() {
		a := newAccount(p)
		if p.tune != nil {
			p.tune(a)
		}
		if p.Credential.version == 1 {
			p.api = sets{a}
		} else {
			p.api = &singles{account: a}
		}
	})
	return p.api
}

var (
	errNoCredential = errors.New("godaddy: there is no credential: want a token, or a key with its secret")
	errZoneName     = errors.New("is no name of a domain at GoDaddy")
)

// fit finds what makes no sense to ask GoDaddy.
func (p *Provider) fit(name zone.Name) error {
	if p.Credential.read == nil {
		return errNoCredential
	}
	if !plain(domain(name)) || !strings.HasSuffix(string(name), ".") || strings.ContainsAny(string(name), "*@") {
		return fmt.Errorf("godaddy: zone %q: %w", name, errZoneName)
	}
	return nil
}

// domain is how GoDaddy writes the name of a zone.
func domain(name zone.Name) string { return strings.TrimSuffix(string(name), ".") }

// Traits implements provider.Describer. They are those of the version that the
// credential is for, of version 3 where there is none.
func (p *Provider) Traits() provider.Traits {
	if p.Credential.version == 1 {
		return provider.Traits{
			Service: "GoDaddy (API v1)", MinTTL: 600, MaxTTL: 604800, JoinsTXT: true, Types: version1.types,
			Whole: "a set", Calls: "one for each set that changes",
			Traps: []string{"GoDaddy closes this version", "who writes last wins: there is no telling that somebody else wrote", "CAA and HTTPS are protected"},
		}
	}
	return provider.Traits{
		Service: "GoDaddy", MinTTL: 600, MaxTTL: 86400, JoinsTXT: true, Types: version3.types,
		Whole: "a record", Calls: "one for each record that changes",
		Traps: []string{"zones come and go with their domains", "delegations are protected", "the TTL of a single record changes with its data alone"},
	}
}

// Zone implements provider.Provider.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	if err := p.fit(name); err != nil {
		return nil, err
	}
	records, err := p.use().records(ctx, name)
	if err != nil {
		return nil, missing(name, err)
	}
	if len(records) == 0 { // it has its SOA and NS at least
		return nil, fmt.Errorf("godaddy: zone %s: the list of its records is empty, which is not believed", name)
	}
	return p.use().dialect().zone(name, records)
}

// RRsets implements provider.Getter.
func (p *Provider) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	if err := p.fit(name); err != nil {
		return nil, err
	}
	records, err := p.use().records(ctx, name, keys...)
	if err != nil {
		return nil, missing(name, err)
	}
	z, err := p.use().dialect().zone(name, records)
	if err != nil {
		return nil, err
	}
	return z.Only(func(s zone.RRset) bool { return slices.Contains(keys, s.Key) }), nil
}

// Apply implements provider.Provider, set by set.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	if err := p.fit(plan.Zone); err != nil {
		return &provider.ApplyError{Err: err}
	}
	write, err := p.use().writer(ctx, plan)
	if err != nil {
		return &provider.ApplyError{Err: missing(plan.Zone, err)}
	}
	return rest.Each(plan, func(c zone.Change) error {
		if why := p.use().dialect().refuses(plan.Zone, c); why != "" {
			return &provider.ServiceError{Kind: provider.KindRefused, Err: errors.New(why)}
		}
		return missing(plan.Zone, write(c))
	})
}

// changes gives the keys of all sets that a plan changes.
func changes(plan zone.Plan) (keys []zone.Key) {
	for _, c := range plan.Changes {
		keys = append(keys, c.Key())
	}
	return keys
}
