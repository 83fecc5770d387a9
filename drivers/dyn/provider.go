package dyn

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Provider speaks for one account. Only Credential has to be set, and no field may
// change after the first call. Several goroutines may use it at once.
type Provider struct {
	Credential Credential
	Sessions   int               // that work at the same time; 0: 3, which the limit of an account keeps busy
	Frozen     bool              // zones are kept frozen: thawed for a change, and frozen again
	Contact    string            // mail address in the SOA of new zones; "": hostmaster of the zone
	Style      string            // how new zones count their serials: increment, epoch, day or minute; "": increment
	URL        string            // of the API; "": https://api.dynect.net/REST
	Transport  http.RoundTripper // nil: the usual one

	once   sync.Once
	using  *account
	shared provider.Shared
	tune   func(*account) // for tests
}

// A Credential is a user of an account. Password and PasswordFrom make one.
type Credential struct {
	customer, user string
	password       rest.Secret
}

// Password is a user with a password.
func Password(customer, user, password string) Credential {
	return PasswordFrom(customer, user, func() (string, error) { return password, nil })
}

// PasswordFrom is a user with a password that is read when it is needed, and again
// when the service refuses it.
func PasswordFrom(customer, user string, password func() (string, error)) Credential {
	return Credential{customer, user, password}
}

// types are those that the driver writes, by the pages of their records and
// https://help.dyn.com/zone-records/.
var types = []zone.Type{zone.SOA, zone.NS, zone.A, zone.AAAA, zone.CAA, "CDNSKEY", "CDS", zone.CNAME, zone.DNAME, zone.DS,
	zone.MX, "NAPTR", zone.PTR, "RP", "SPF", zone.SRV, "SSHFP", "TLSA", zone.TXT}

// Traits implements provider.Describer.
func (p *Provider) Traits() provider.Traits {
	return provider.Traits{
		Service: "Dyn Managed DNS, whose end Oracle announced for 2023-05-31 (successor: OCI DNS)",
		Types:   types,
		MinTTL:  1,
		Whole:   "a plan",
		Calls:   "one for each record that changes, and one publish",
		Traps:   []string{"the service has ended for new customers, and may have for all", "13 addresses at a name at most", "aliases and steering policies are protected"},
	}
}

// Share implements provider.Sharer: the limit of the account holds for all processes
// then, and what one of them could not finish the next one does.
func (p *Provider) Share(s provider.Shared) { p.shared = s }

// use makes the account at the first call.
func (p *Provider) use() *account {
	p.once.Do(func() { p.using = newAccount(p) })
	return p.using
}

// Close logs all sessions out that are not at work. They end by themselves, too,
// after a while. The provider may be used again.
func (p *Provider) Close() error { return p.use().close() }

var (
	errNoCredential = errors.New("dyn: there is no credential: want a customer, a user and a password")
	errRoot         = errors.New("dyn: the root is no zone at Dyn")
	errStyle        = errors.New("dyn: want serials that are increment, epoch, day or minute")
)

// fit finds what makes no sense to ask of the service.
func (p *Provider) fit(name zone.Name) error {
	c := p.Credential
	switch {
	case c.customer == "" || c.user == "" || c.password == nil:
		return errNoCredential
	case !slices.Contains([]string{"", "increment", "epoch", "day", "minute"}, p.Style):
		return errStyle
	case name == zone.Root:
		return errRoot
	}
	return nil
}

// bare is how the service writes a name: without its final dot.
func bare(name zone.Name) string { return strings.TrimSuffix(string(name), ".") }

// Zone implements provider.Provider, in one call.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (z *zone.Zone, err error) {
	if err := p.fit(name); err != nil {
		return nil, err
	}
	err = p.use().work(ctx, func(s *session) error {
		h, err := s.read(ctx, name)
		z = h.zone
		return err
	})
	return z, err
}

// RRsets implements provider.Getter. The sets of one name cost one call, like the
// whole zone, but only what stands at and below that name comes back.
func (p *Provider) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (z *zone.Zone, err error) {
	if err := p.fit(name); err != nil {
		return nil, err
	}
	err = p.use().work(ctx, func(s *session) error {
		var h holding
		if node, ok := onlyName(keys); ok && node != name {
			h, err = s.readBelow(ctx, name, node)
		} else {
			h, err = s.read(ctx, name)
		}
		z = h.zone.Only(func(s zone.RRset) bool { return slices.Contains(keys, s.Key) })
		return err
	})
	return z, err
}

// onlyName is the name that all keys have.
func onlyName(keys []zone.Key) (n zone.Name, ok bool) {
	for i, k := range keys {
		if i > 0 && k.Name != n {
			return "", false
		}
		n = k.Name
	}
	return n, n != ""
}
