package secondary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A Secondary follows the zones that a list names at their primaries. Primaries and
// List have to be set. Set the fields before the first call.
type Secondary struct {
	Name      string // names the source in intents and in the store
	Primaries []Primary
	List      List

	// Poll is how often the list and the serials of zones are looked at; 0 is a
	// minute. The times of an SOA are heeded where they ask for more.
	Poll time.Duration
	// Resync is how long it may take until all of a zone has been compared with the
	// primary's again; 0 is 7 days.
	Resync time.Duration
	// Transfers is how many there may be from one primary at a time; 0 is 8. BIND
	// takes no more than ten connections at once in its stock configuration.
	Transfers int
	// Notify are addresses to listen at for primaries that say that a zone has
	// changed (RFC 1996), over UDP and TCP.
	Notify []string
	// Allow has who may say so beside the primaries themselves. Whoever signs with
	// the key of a primary may in any case.
	Allow []netip.Prefix
	// Takes says which of the zones in the list are followed; nil: all. It is asked at
	// each reading of the list, and of nothing but a name before anything is handed on.
	// A zone that was followed and is not taken any more is somebody else's: it is
	// forgotten, and not removed.
	Takes func(Entry) bool
	// Removals says when a zone that the list has lost is removed.
	Removals Removals
	// ForceMost is how many zones may lose records by one Store.Force, although they were
	// suspect; 0 is 100, negative: none. The others stay suspect until it is said again.
	ForceMost int
	// DNSSEC says what becomes of zones that their primary has signed.
	DNSSEC DNSSEC
	// Resolvers are asked whether the parent of a signed zone has a DS for it, with
	// Strip; each is host or host:port, of a resolver or of a server of the parent.
	// Without any the resolvers of /etc/resolv.conf are.
	Resolvers []string
	// Differences has a difference that a primary gave handed on as a Patch with its
	// serials, to a handler that keeps what it was told, as the journal of an engine
	// does. One that is not taken is handed on again as the whole zone. Otherwise all are.
	Differences bool
	// Untold says at the beginning which zones of the Store somebody has not been told
	// of, as a target that is new: they are handed on as they are, before any primary
	// is asked. nil: none.
	Untold func(ctx context.Context) ([]zone.Name, error)
	// Store keeps what was got; nil: it is kept for as long as this Secondary.
	Store Store

	Client       Client // asks primaries
	Listen       func(ctx context.Context, network, address string) (net.Listener, error)
	ListenPacket func(ctx context.Context, network, address string) (net.PacketConn, error)
	Logger       *slog.Logger // nil: silence

	memory  MemoryStore
	working atomic.Pointer[run] // nil: nobody is at work
}

// A Handler takes intents, all of them or none: what it did not take is offered
// again. It is called for some at a time, by one goroutine. The intents of a zone
// come in order.
type Handler func(ctx context.Context, in []zone.Intent) error

const (
	defaultPoll      = time.Minute
	defaultResync    = 7 * 24 * time.Hour
	defaultTransfers = 8
	defaultForceMost = 100
)

var (
	errNoPrimaries = errors.New("there are no primaries")
	errNoList      = errors.New("there is no list of zones")
	errTwice       = errors.New("it is at work already")
)

// Run follows zones until ctx ends, which is no error.
func (s *Secondary) Run(ctx context.Context, hand Handler) error {
	return s.work(ctx, hand, (*run).forever)
}

// Once looks at the list and at each zone once, and hands on what has changed. The
// error joins what went wrong, each a *PrimaryError where it is one zone's.
func (s *Secondary) Once(ctx context.Context, hand Handler) error {
	return s.work(ctx, hand, (*run).once)
}

func (s *Secondary) work(ctx context.Context, hand Handler, how func(*run, context.Context) error) error {
	r, err := s.begin(hand)
	if err == nil && !s.working.CompareAndSwap(nil, r) {
		err = errTwice
	}
	if err == nil {
		defer s.working.Store(nil)
		if err = r.recall(ctx); err == nil {
			err = how(r, ctx)
		}
	}
	if err != nil && s.Name != "" {
		return fmt.Errorf("secondary %s: %w", s.Name, err)
	}
	return err
}

func (s *Secondary) store() Store {
	if s.Store == nil {
		return &s.memory
	}
	return s.Store
}

func (s *Secondary) log(level slog.Level, msg string, args ...any) {
	if s.Logger != nil {
		s.Logger.Log(context.Background(), level, msg, append([]any{"source", s.Name}, args...)...)
	}
}
