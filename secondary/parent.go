package secondary

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// What the parent of a signed zone says decides whether the zone may be without its
// signatures: who validates takes it for forged while it has a DS there (RFC 4035
// section 5.2), or while a cache still has that.

const (
	askEvery    = time.Hour          // the parent of a zone
	askAgain    = 5 * time.Minute    // where it could not be heard
	answerLasts = 6 * time.Hour      // what it said
	cachesKeep  = 48 * time.Hour     // a DS that is gone: registries give theirs a day at most, and have several servers
	mostCaches  = 7 * 24 * time.Hour // keep anything, whatever its TTL

	mostAsked = 4 // questions to a resolver at a time
)

// A parent is what is known of the parent of a zone in this process, and what follows.
type parent struct {
	asked     time.Time // when it was last tried
	parentErr error     // why it could not be heard
	hasDS     bool      // as it said last
	held      string    // why the zone goes to no target, signed as it is; "": it does
}

// parentSays notes an answer: the TTL of the DS, or nil where there is none. From when
// on there can be none in caches is counted from the first answer without one; for a
// zone that had not got there, answers have to follow each other.
func (c *Copy) parentSays(ttl *time.Duration, now time.Time) {
	switch {
	case ttl != nil:
		c.Secured = later(c.Secured, now.Add(min(max(cachesKeep, *ttl+24*time.Hour), mostCaches)))
	case c.Parent.IsZero(), c.Secured.After(c.Parent) && now.Sub(c.Parent) >= answerLasts:
		c.Secured = later(c.Secured, now.Add(cachesKeep))
	}
	c.Parent = now
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// attend asks the parent of a signed zone when it is time to, if its answer matters.
func (r *run) attend(ctx context.Context, f *follower, z *zone.Zone) {
	now := time.Now()
	if r.DNSSEC != Strip || !isSigned(z) || !f.attendAt(now) {
		return
	}
	ttl, err := r.askParents(ctx, f.Zone)
	if ctx.Err() != nil {
		return
	}
	r.keeping.Lock()
	defer r.keeping.Unlock()
	r.mu.Lock()
	news := err != nil && f.parentErr == nil
	f.asked, f.parentErr = now, err
	if err == nil {
		r.alarm(f, ttl != nil)
		f.hasDS = ttl != nil
		f.parentSays(ttl, now)
	}
	c, known := f.Copy, f.known
	r.mu.Unlock()
	if news {
		r.log(slog.LevelWarn, "the parent of a signed zone cannot be heard", "zone", f.Zone, "error", err)
	}
	if err != nil || !known { // or it is kept with the zone
		return
	}
	if err := r.store().Keep(ctx, r.Name, c); err != nil {
		r.log(slog.LevelWarn, "what the parent of a zone says is not kept", "zone", f.Zone, "error", err)
	}
}

// alarm is for a DS that comes to a zone without signatures: it is an outage where
// answers are validated. The lock is held.
func (r *run) alarm(f *follower, ds bool) {
	if ds && f.Bare && !f.hasDS {
		r.log(slog.LevelError, "the parent of a zone that is without its signatures has a DS for it", "zone", f.Zone)
	}
}

// attendAt reports whether it is time to ask the parent.
func (f *follower) attendAt(now time.Time) bool {
	wait := askEvery
	if f.parentErr != nil {
		wait = askAgain
	}
	return f.asked.IsZero() || now.Sub(f.asked) >= wait
}

var errNoResolvers = errors.New("there is no resolver to ask")

// askParents asks one resolver after another, until one knows.
func (r *run) askParents(ctx context.Context, name zone.Name) (ttl *time.Duration, err error) {
	var errs []error
	for _, p := range r.resolvers {
		ttl, err := r.askParent(ctx, p, name)
		if err == nil {
			return ttl, nil
		}
		errs = append(errs, p.failed(name, err))
	}
	if len(errs) == 0 {
		return nil, errNoResolvers
	}
	return nil, errors.Join(errs...)
}

// askParent asks one of them, over a connection of its own: resolvers have few to give.
func (r *run) askParent(ctx context.Context, p *peer, name zone.Name) (ttl *time.Duration, err error) {
	if err := p.enter(ctx); err != nil {
		return nil, err
	}
	defer func() { p.leave(err) }()
	if err = p.open(time.Now()); err != nil {
		return nil, err
	}
	l := line{Client: r.Client}
	defer l.close()
	ttl, err = l.delegation(ctx, p.Primary, name)
	p.heard(err, time.Now())
	return ttl, err
}

// delegation asks a resolver for the DS of a zone. It does so over TCP alone: answers
// over UDP can be forged by who does not see the question.
func (l *line) delegation(ctx context.Context, p Primary, name zone.Name) (ttl *time.Duration, err error) {
	err = l.byStream(ctx, p, func(s *stream) error {
		d := message.New(message.Query, name, message.TypeDS)
		d.SetRecursionDesired()
		q := &question{name: name, typ: message.TypeDS, id: d.ID()}
		if q.raw, q.dialog, err = message.Ask(d, message.Key{}); err != nil {
			return err
		}
		if err := s.send(q.raw); err != nil {
			return err
		}
		m, err := s.receive()
		if err != nil {
			return err
		}
		s.used = true
		if err := q.isOther(m); err != nil {
			return err
		}
		ttl, err = q.delegation(m)
		return err
	})
	return ttl, err
}

var (
	errNoResolver = errors.New("it neither asks others nor has the parent of the zone")
	errAlias      = errors.New("the answer has something else than a DS")
	errWhose      = errors.New("the answer does not come from the parent of the zone")
)

// delegation reads what a resolver or a server of the parent says: the TTL of the DS,
// or nil where there is none. That there is none is believed only with the SOA of
// a zone above (RFC 2308 section 2): a server of the zone itself says so as well (RFC
// 4035 section 3.1.4.1), and who refers to others says nothing.
func (q *question) delegation(m *message.Message) (ttl *time.Duration, err error) {
	switch {
	case m.Code() != 0 && m.Code() != nxdomain:
		return nil, &refusal{code: refusalOf(m.Code()).code, text: "whether there is a DS is not known there"}
	case m.Truncated():
		return nil, errCut
	case !m.RecursionAvailable() && !m.Authoritative():
		return nil, errNoResolver
	}
	for _, r := range m.Answer {
		switch {
		case r.Name != q.name || r.Class != message.ClassIN || r.Type != message.TypeDS && r.Type != message.TypeRRSIG:
			return nil, errAlias
		case r.Type == message.TypeDS:
			seconds := time.Duration(r.TTL) * time.Second
			ttl = &seconds
		}
	}
	if ttl != nil || fromAbove(m, q.name) {
		return ttl, nil
	}
	return nil, errWhose
}

const nxdomain = 3

// fromAbove reports whether a message has the SOA of a zone above a name.
func fromAbove(m *message.Message, name zone.Name) bool {
	for _, r := range m.Authority {
		if r.Type == message.TypeSOA && r.Class == message.ClassIN && r.Name != name && name.In(r.Name) {
			return true
		}
	}
	return false
}

// asResolvers makes peers of the resolvers that are to be asked.
func (s *Secondary) asResolvers() (out []*peer) {
	if s.DNSSEC != Strip {
		return nil
	}
	addresses := s.Resolvers
	if len(addresses) == 0 {
		text, err := os.ReadFile("/etc/resolv.conf")
		if err != nil {
			s.log(slog.LevelWarn, "no resolver is known: signed zones are held", "error", err)
		}
		addresses = resolversOf(string(text))
	}
	for _, a := range addresses {
		out = append(out, newPeer(Primary{Address: a}, mostAsked))
	}
	return out
}

// resolversOf reads a resolv.conf.
func resolversOf(text string) (out []string) {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "nameserver" {
			out = append(out, net.JoinHostPort(words[1], port))
		}
	}
	return out
}

// reconsidered makes an offer of what is here already, where the signatures of the
// zone are to be treated otherwise than they were.
func (r *run) reconsidered(f *follower, z *zone.Zone) (o offer, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	wish, found, bare := r.wish(f, z, nil, time.Now())
	if bare == f.Bare {
		return o, false
	}
	o = offer{f: f, wish: wish, found: found, copy: f.Copy}
	o.copy.Bare = bare
	return o, true
}

// same ends the look at a zone of which the primary has nothing new.
func (r *run) same(ctx context.Context, f *follower) {
	z, err := r.ownSigned(ctx, f)
	if err != nil || z == nil {
		r.done(f, err)
		return
	}
	r.attend(ctx, f, z)
	if o, ok := r.reconsidered(f, z); ok {
		r.offers <- o
		return
	}
	r.done(f, nil)
}

// ownSigned gives our copy of a zone whose signatures there is something to decide
// about, when it is time to; nil otherwise.
func (r *run) ownSigned(ctx context.Context, f *follower) (*zone.Zone, error) {
	r.mu.Lock()
	now := time.Now()
	plain := f.plain || r.DNSSEC != Strip && !f.Bare
	quiet := !f.attendAt(now) && f.Bare == (r.DNSSEC == Strip && f.mayStrip(now))
	r.mu.Unlock()
	if plain || quiet {
		return nil, nil
	}
	z, err := r.content(ctx, f)
	if err != nil || z == nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.plain = !isSigned(z); f.plain {
		return nil, nil
	}
	return z, nil
}
