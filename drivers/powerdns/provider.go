package powerdns

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Provider speaks for one PowerDNS. URL and Key have to be set, and no field may
// change after the first call. Several goroutines may use it at once.
type Provider struct {
	URL         string                 // of its web server, as http://127.0.0.1:8081
	Key         func() (string, error) // the api-key of its configuration; read when needed, and again when it is refused
	Server      string                 // its id; "": localhost, as every PowerDNS calls itself
	Kind        Kind                   // of zones that are created
	NameServers []zone.Name            // NS set of the apex for zones that bring none
	MName       zone.Name              // primary server in the SOA; "": the source's, else the first NS
	Transport   http.RoundTripper      // nil: the usual one

	once     sync.Once
	client   *rest.Client
	unfit    error
	settings settings
	alone    sync.RWMutex // held for reading by who writes, for writing by who has to write alone
	large    sync.Map     // of zone.Name: zones that are not read whole for a few sets
}

// Kind is what PowerDNS does with a zone.
type Kind string

// The kinds of zones that are written.
const (
	Master Kind = "Master" // secondaries are told of changes; the default
	Native Kind = "Native" // the database replicates
)

// Key is a key that never changes.
func Key(key string) func() (string, error) { return rest.Fixed(key) }

var errNoKey = errors.New("powerdns: there is no key of the API")

// use makes the client at the first call.
func (p *Provider) use() (*rest.Client, error) {
	p.once.Do(func() {
		switch {
		case p.Key == nil:
			p.unfit = errNoKey
		case p.Kind != "" && p.Kind != Master && p.Kind != Native:
			p.unfit = fmt.Errorf("powerdns: zones of the kind %q are not written: want %s or %s", p.Kind, Master, Native)
		default:
			p.client, p.unfit = pdns.API{URL: p.URL, Server: p.Server, Key: p.Key, Transport: p.Transport}.Client()
		}
	})
	return p.client, p.unfit
}

// call makes a call about a zone; one that PowerDNS does not have is ErrNoZone.
func (p *Provider) call(ctx context.Context, name zone.Name, call rest.Call) error {
	c, err := p.use()
	if err != nil {
		return err
	}
	_, err = c.Do(ctx, call)
	if err == nil || name == "" || provider.KindOf(err) != provider.KindNotFound {
		return err
	}
	return p.missing(ctx, name, err)
}

// change makes a call that changes something. Over SQLite PowerDNS says 500 to one of
// two who write at the same time, so that one asks again while nobody else does.
func (p *Provider) change(ctx context.Context, name zone.Name, call rest.Call) error {
	p.alone.RLock()
	err := p.call(ctx, name, call)
	p.alone.RUnlock()
	if e, ok := errors.AsType[*provider.ServiceError](err); !ok || e.Code != "500" {
		return err
	}
	p.alone.Lock()
	defer p.alone.Unlock()
	call.Again = true
	return p.call(ctx, name, call)
}

// missing tells a zone that is not there from an address that is wrong, which has
// the same answer: only a list that can be read proves anything.
func (p *Provider) missing(ctx context.Context, name zone.Name, err error) error {
	var list []zoneDoc
	query := map[string][]string{"zone": {string(name)}, "dnssec": {"false"}}
	if e := p.call(ctx, "", rest.Call{Method: "GET", Path: "/zones", Query: query, Out: &list}); e != nil {
		return fmt.Errorf("powerdns: is %w", errors.Join(err, e))
	}
	for _, z := range list {
		if n, e := zone.ParseName(z.Name); e == nil && n == name {
			return fmt.Errorf("powerdns: zone %s is listed, and yet: %w", name, err)
		}
	}
	return fmt.Errorf("powerdns: zone %s: %w", name, provider.ErrNoZone)
}

// path addresses a zone, or something of it.
func path(name zone.Name, below ...string) string {
	return rest.Path(append([]string{"zones", pdns.ZoneID(name)}, below...)...)
}

// Traits implements provider.Describer.
func (p *Provider) Traits() provider.Traits {
	return provider.Traits{
		Service: "PowerDNS (HTTP API)", Authority: true,
		Whole: "a plan of up to 2 MB, else a request",
		Calls: "4: read, look, write, read again",
		Traps: []string{"SOA and name servers come from the source", "of two who write a set at once the last one wins", "what PowerDNS takes and cannot serve is left out, and said"},
	}
}

// Adjust implements provider.Adjuster. A zone without SOA or apex NS gets the
// configured ones. Sets that PowerDNS refuses, or could not serve, are protected.
func (p *Provider) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	return pdns.Fitter{Defaults: authority.Defaults{NameServers: p.NameServers, MName: p.MName}, Odd: refuses}.Adjust(live, want)
}

func (p *Provider) kind() Kind { return cmp.Or(p.Kind, Master) }
