package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// ErrLeaseLost is the cause of the end of a lease's context, and the error of
// whoever wants to change something with a lease that somebody else has now.
var ErrLeaseLost = errors.New("the lease was lost")

const defaultLease = 30 * time.Second

func (l *Ledger) lasts() time.Duration {
	if l.Lease > 0 {
		return l.Lease
	}
	return defaultLease
}

// A lease is written as target, zone and token.
type lease struct{ target, name, token string }

const separator = "\x00"

func (l lease) String() string { return l.target + separator + l.name + separator + l.token }

func parseLease(id string) (lease, error) {
	parts := strings.Split(strings.TrimPrefix(id, lent), separator)
	if len(parts) != 3 {
		return lease{}, fmt.Errorf("lease %.40q: %w", id, ErrLeaseLost)
	}
	return lease{parts[0], parts[1], parts[2]}, nil
}

// lent is what the id of a lease begins with that was had already.
const lent = "lent "

// holding is the key under which a context has its leases.
type holding struct{ target, name string }

// Acquire implements provider.Ledger. While the lease is held it is renewed; its
// context ends a third of the lease's time before anybody else can have it.
func (l *Ledger) Acquire(ctx context.Context, target string, name zone.Name) (context.Context, string, error) {
	key := holding{target, string(name)}
	if id, ok := ctx.Value(key).(string); ok {
		return ctx, lent + id, nil
	}
	own := lease{target, string(name), newToken()}
	for {
		switch ok, err := l.take(ctx, own); {
		case err != nil:
			return ctx, "", err
		case ok:
			return l.keep(context.WithValue(ctx, key, own.String()), own), own.String(), nil
		}
		if err := l.await(ctx, own); err != nil {
			return ctx, "", err
		}
	}
}

// await waits until nobody has a lease any more. To look keeps nobody from writing,
// as to take it would.
func (l *Ledger) await(ctx context.Context, own lease) error {
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, l.lasts()/20) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
		var held bool
		err := l.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM lease WHERE target = ? AND name = ? AND until >= `+l.now()+`)`,
			own.target, own.name).Scan(&held)
		if err != nil || !held {
			return err
		}
	}
}

// take gets a lease that nobody has.
func (l *Ledger) take(ctx context.Context, own lease) (bool, error) {
	return l.one(ctx, soon, `INSERT INTO lease (target, name, token, until) VALUES (?, ?, ?, `+l.now()+` + ?)
		ON CONFLICT (target, name) DO UPDATE SET token = excluded.token, until = excluded.until
		WHERE lease.until < `+l.now(),
		own.target, own.name, own.token, l.lasts().Seconds())
}

// renew makes a lease last longer that has not ended.
func (l *Ledger) renew(ctx context.Context, own lease) (bool, error) {
	return l.one(ctx, soon, `UPDATE lease SET until = `+l.now()+` + ?
		WHERE target = ? AND name = ? AND token = ? AND until >= `+l.now(),
		l.lasts().Seconds(), own.target, own.name, own.token)
}

// keep renews a lease until it is released, and ends its context when that fails.
func (l *Ledger) keep(ctx context.Context, own lease) context.Context {
	held, cancel := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	l.keepers.Store(own, sync.OnceFunc(func() { close(stop) }))
	go func() {
		defer cancel(ErrLeaseLost)
		third := l.lasts() / 3
		for sure := time.Now().Add(2 * third); ; { // until when it is ours in any case, with a third to spare
			select {
			case <-stop:
				return
			case <-held.Done():
				return
			case <-time.After(min(third, time.Until(sure))):
			}
			began := time.Now()
			ok, err := l.renew(held, own)
			if ok {
				sure = began.Add(2 * third)
			} else if err == nil || !time.Now().Before(sure) {
				return
			}
		}
	}()
	return held
}

// Release implements provider.Ledger. The context of the lease, which ends with
// it, will do.
func (l *Ledger) Release(ctx context.Context, id string) error {
	own, err := parseLease(id)
	if err != nil || strings.HasPrefix(id, lent) {
		return err
	}
	if stop, ok := l.keepers.LoadAndDelete(own); ok {
		stop.(func())()
	}
	_, err = l.one(context.WithoutCancel(ctx), soon, `DELETE FROM lease WHERE target = ? AND name = ? AND token = ?`, own.target, own.name, own.token)
	return err
}

// with changes what the holder of a lease may change, if the lease still is its.
func (l *Ledger) with(ctx context.Context, e ending, id string, do func(tx *transaction, own lease) error) error {
	own, err := parseLease(id)
	if err != nil {
		return err
	}
	return l.tx(ctx, e, func(tx *transaction) error {
		var one int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM lease WHERE target = ? AND name = ? AND token = ? AND until >= `+l.now(),
			own.target, own.name, own.token).Scan(&one)
		if err == sql.ErrNoRows {
			return fmt.Errorf("%s at %s: %w", own.name, own.target, ErrLeaseLost)
		}
		if err != nil {
			return err
		}
		return do(tx, own)
	})
}
