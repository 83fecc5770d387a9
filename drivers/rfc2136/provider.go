package rfc2136

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Provider speaks for the zones of one name server. Only Primaries has to be set.
// Set the fields before the first call.
type Provider struct {
	// Primaries are addresses of the server, host or host:port: the first that takes
	// a connection is spoken to, and no other one after that, since it may have done
	// what it did not answer to. All of them have to lead to the same data.
	Primaries []string
	// Key signs all messages; the zero key is for servers that go by addresses.
	Key Key
	// Authority: SOA and the NS set of the apex come from the source. Without it they
	// are the server's. The serial of the SOA is the server's business in any case.
	Authority bool
	// TLS has zones read over TLS alone (RFC 9103), by default at port 853. It takes
	// version 1.3, and no other server than the one whose name it is given.
	TLS *tls.Config
	// Transfers are addresses that zones are read from, as Primaries; none: from
	// those.
	Transfers []string
	// Timeout is how long the server may take for a message; 0 is 30 seconds.
	Timeout time.Duration
	// Parallel is how many connections there may be at once; 0 is 8. BIND takes no
	// more than ten at a time in its stock configuration.
	Parallel int
	// Dial makes connections; nil: the usual way.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Now is the clock that signatures are made by; nil: the usual one.
	Now func() time.Time

	once  sync.Once
	seats chan struct{}     // one for each connection that may be
	sizes map[zone.Name]int // records of zones when they were read last
	mu    sync.Mutex        // guards sizes
}

// Traits implements provider.Describer.
func (p *Provider) Traits() provider.Traits {
	return provider.Traits{Service: "RFC 2136 name servers", Authority: p.Authority}
}

func (p *Provider) now() time.Time {
	if p.Now == nil {
		return time.Now()
	}
	return p.Now()
}

func (p *Provider) timeout() time.Duration {
	if p.Timeout == 0 {
		return 30 * time.Second
	}
	return p.Timeout
}

// remember keeps how large a zone is.
func (p *Provider) remember(name zone.Name, records int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sizes == nil {
		p.sizes = map[zone.Name]int{}
	}
	p.sizes[name] = records
}

// size is how many records a zone had when it was read last.
func (p *Provider) size(name zone.Name) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sizes[name]
}
