package verify

import (
	"cmp"
	"context"
	"errors"
	"net"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A Walk asks the authoritative servers of zones what they serve. The zero value
// begins at the root servers.
type Walk struct {
	// Roots are the addresses at which the walk to a zone begins, with or without a
	// port; empty: those of the root servers. They have to be authoritative servers,
	// which refer to others.
	Roots []string
	// Servers are addresses that are asked instead of those that a walk finds: those of
	// a provider, before the zone is delegated to it.
	Servers []string
	// Timeout is how long a server may take for one answer, with all tries; 0 is 3
	// seconds.
	Timeout time.Duration
	// Longest is how long a look at a zone may take; 0 is 30 seconds.
	Longest time.Duration
	// Parallel is how many questions are open at a time; 0 is 32.
	Parallel int
	// Dial makes connections, of the networks udp and tcp; nil: the usual way.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

const (
	defaultTimeout  = 3 * time.Second
	defaultLongest  = 30 * time.Second
	defaultParallel = 32
	perServer       = 4 // questions that one server has at a time
)

func (w Walk) timeout() time.Duration { return cmp.Or(w.Timeout, defaultTimeout) }

func (w Walk) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dial := w.Dial
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return dial(ctx, network, address)
}

// A Want is what servers are expected to serve.
type Want struct {
	Zone *zone.Zone // as it shall be served
	Was  *zone.Zone // as it was served before; nil: nobody knows
	Keys []zone.Key // the sets that are looked at; empty: all of Zone
}

var (
	errNoWant   = errors.New("verify: there is no zone to look at")
	errTwoZones = errors.New("verify: what is wanted is of two zones")
)

// Zone asks each server of a zone, once. Of several wants, as of a zone that two
// services keep, a server has to serve one. An error says that nobody could be asked.
func (w Walk) Zone(ctx context.Context, wants ...Want) (Report, error) {
	v, err := w.visit(wants)
	if err != nil {
		return Report{}, err
	}
	err = v.round(ctx)
	return v.report, err
}

// Await is Zone again and again until all servers serve what is wanted, or ctx ends;
// servers that do are not asked again. It gives what was found last.
func (w Walk) Await(ctx context.Context, wants ...Want) (Report, error) {
	v, err := w.visit(wants)
	if err != nil {
		return Report{}, err
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		if e := v.round(ctx); e == nil || err == nil || ctx.Err() == nil { // what went wrong before time was up says more
			err = e
		}
		if err == nil && v.report.Verdict() == Served || ctx.Err() != nil {
			return v.report, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return v.report, err
		}
	}
}

const (
	firstPause = time.Second
	lastPause  = 8 * time.Second
)

func (w Walk) visit(wants []Want) (*visit, error) {
	if len(wants) == 0 {
		return nil, errNoWant
	}
	for _, want := range wants {
		switch {
		case want.Zone == nil:
			return nil, errNoWant
		case want.Zone.Name() != wants[0].Zone.Name():
			return nil, errTwoZones
		}
	}
	return &visit{Walk: w, zone: wants[0].Zone.Name(), wants: wants, open: make(chan struct{}, cmp.Or(w.Parallel, defaultParallel))}, nil
}
