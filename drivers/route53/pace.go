package route53

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/zonecast/zonecast/provider"
)

// A Bucket is how many calls may be made: Rate a second in the long run, Burst at
// once. The zero value stands for the published figures.
type Bucket struct {
	Rate  float64
	Burst int
}

// Limits are the buckets of an account. What is left out is as AWS publishes it
// since 2026-07-30 (Developer Guide, throttling-api-requests). An account that has
// been given more, or of which others need a part, says so here.
type Limits struct {
	Account Bucket // all calls together; 10 a second, 50 at once
	Action  Bucket // each action by itself; 10 a second, 50 at once
	Create  Bucket // CreateHostedZone; 2 a second, 40 at once
	Delete  Bucket // DeleteHostedZone; 5 a second, 40 at once
	Changes Bucket // the record changes in all batches; not published, so not limited
	Off     bool   // nothing is limited
}

func (b Bucket) or(standard Bucket) Bucket {
	return Bucket{cmp.Or(b.Rate, standard.Rate), cmp.Or(b.Burst, standard.Burst)}
}

// pace keeps the calls of an account below its limits.
type pace struct {
	limits  Limits
	account string // a word for the credential that does not tell it

	mu      sync.Mutex
	buckets map[string]*rate.Limiter
	until   time.Time // nobody calls before: the service said it was too much
	slow    int       // how often it said so since it last took a call
}

// paces has one for each credential of this process.
var paces sync.Map

// paceOf gives the pace of a credential, which all its providers share.
func paceOf(credential string, l Limits) *pace {
	type key struct {
		credential string
		limits     Limits
	}
	sum := sha256.Sum256([]byte(credential))
	p, _ := paces.LoadOrStore(key{credential, l}, &pace{limits: l, account: hex.EncodeToString(sum[:6])})
	return p.(*pace)
}

// bucket gives a bucket by its name; nil is one that has no bottom.
func (p *pace) bucket(name string, b Bucket) *rate.Limiter {
	if b.Rate == 0 {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.buckets == nil {
		p.buckets = map[string]*rate.Limiter{}
	}
	if p.buckets[name] == nil {
		p.buckets[name] = rate.NewLimiter(rate.Limit(b.Rate), max(b.Burst, 1))
	}
	return p.buckets[name]
}

// wait waits until an action may be called, in which so many records change. The
// account's bucket comes last: nobody holds a part of it who waits for another.
func (p *pace) wait(ctx context.Context, action string, changes int) error {
	if p.limits.Off {
		return p.pause(ctx)
	}
	if err := take(ctx, p.bucket("changes", p.limits.Changes), changes); err != nil {
		return err
	}
	if err := take(ctx, p.bucket(action, p.limits.of(action)), 1); err != nil {
		return err
	}
	if err := p.pause(ctx); err != nil {
		return err
	}
	return take(ctx, p.bucket("", p.limits.all()), 1)
}

var usualBucket = Bucket{10, 50}

// all is the bucket of the account.
func (l Limits) all() Bucket { return l.Account.or(usualBucket) }

// of is the bucket of an action.
func (l Limits) of(action string) Bucket {
	switch action {
	case "CreateHostedZone":
		return l.Create.or(Bucket{2, 40})
	case "DeleteHostedZone":
		return l.Delete.or(Bucket{5, 40})
	}
	return l.Action.or(usualBucket)
}

// turn waits until it is this process's turn, where others work with the same
// account: they draw from buckets that all of them see.
func (p *pace) turn(ctx context.Context, s provider.Shared, action string) error {
	if s == nil || p.limits.Off {
		return nil
	}
	for _, b := range []struct {
		name string
		Bucket
	}{{action, p.limits.of(action)}, {"", p.limits.all()}} {
		wait, err := s.Take(ctx, "route53 "+p.account+" "+b.name, b.Rate, b.Burst)
		if err == nil {
			err = sleep(ctx, wait)
		}
		if err != nil {
			return tooLong(ctx, err)
		}
	}
	return nil
}

// take takes n from a bucket, in as many parts as it takes.
func take(ctx context.Context, l *rate.Limiter, n int) error {
	for l != nil && n > 0 {
		part := min(n, l.Burst())
		if err := l.WaitN(ctx, part); err != nil {
			return tooLong(ctx, err)
		}
		n -= part
	}
	return nil
}

// tooLong is the error of who cannot wait as long as the limits want.
func tooLong(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return &provider.ServiceError{Kind: provider.KindThrottled, Err: fmt.Errorf("waiting for the limits of the account: %w", err)}
}

// pause waits as long as the service wants to be left alone.
func (p *pace) pause(ctx context.Context) error {
	for {
		p.mu.Lock()
		d := time.Until(p.until)
		p.mu.Unlock()
		if d <= 0 {
			return nil
		}
		if err := sleep(ctx, d); err != nil {
			return tooLong(ctx, err)
		}
	}
}

// heard tells what the service said: after a throttle answer everybody waits, the
// longer the more of them there were.
func (p *pace) heard(throttled bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !throttled {
		p.slow = 0
		return
	}
	if now := time.Now(); now.After(p.until) { // else others have said so already
		p.until = now.Add(backoff(p.slow))
		p.slow++
	}
}

// backoff is how long to wait after so many failures before this one: half a
// second, then twice as long each time up to 20 seconds, of which half is random.
func backoff(failures int) time.Duration {
	most := min(500*time.Millisecond<<min(failures, 10), 20*time.Second)
	return most/2 + rand.N(most/2)
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
