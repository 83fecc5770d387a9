package secondary

import (
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A follower is one zone. Who holds the run's lock may look at it.
type follower struct {
	Copy
	parent
	plain   bool       // it is known to have no signatures
	start   zone.Start // as the primary said it last
	known   bool       // there is a Copy
	listed  bool
	serial  *uint32 // as the list says it
	busy    bool    // it waits for a worker or is with one
	again   bool    // something has happened meanwhile
	urgent  bool    // a primary has said that it changed
	retired bool    // it is followed no more
	fails   int     // in a row
	place   int     // in the schedule, -1: not there
	next    time.Time

	checked time.Time // when a primary was last heard to have just this
	began   time.Time // when it was first followed here
	theirs  *uint32   // the serial that the primary had when it was last asked
	looked  *uint32   // the serial of what was last got and not taken
	lookAt  time.Time // when that was
	err     error     // why it could not be checked; nil: it could
	errAt   time.Time
}

const (
	shortest   = 30 * time.Second // between two tries, whatever an SOA says
	longestTry = time.Hour
	lookAgain  = time.Hour // at what was not taken
)

// whole reports whether all of the zone is to be got.
func (f *follower) whole(resync time.Duration, now time.Time) bool {
	return !f.known || f.Force || f.Suspect != "" || !now.Before(f.compareAt(resync))
}

// compareAt is when all of the zone is compared again: each zone at its own time,
// so that they do not come together.
func (f *follower) compareAt(resync time.Duration) time.Time {
	h := fnv.New32a()
	h.Write([]byte(f.Zone))
	share := time.Duration(h.Sum32() % 256)
	return f.Compared.Add(resync - resync/4*share/256)
}

// later is when the zone is looked at again: after the time between two polls, or
// what its SOA says where that is less, and a little more or less than that, so that
// zones do not come together.
func (f *follower) later(poll time.Duration, now time.Time) time.Time {
	d := poll
	if f.start.Refresh > 0 {
		d = min(d, max(time.Duration(f.start.Refresh)*time.Second, shortest))
	}
	if f.fails > 0 && !unreachable(f.err) { // or it is the primary that is left alone
		retry := min(max(time.Duration(f.start.Retry)*time.Second, shortest), longestTry)
		d = min(max(d, shortest)<<min(f.fails-1, 10), max(retry, d), longestTry)
	}
	return now.Add(jitter(d))
}

func jitter(d time.Duration) time.Duration { return d - d/10 + rand.N(d/5+1) }

// expired reports whether the zone's own time to be served without its primary is
// over. That is an alarm, and nothing more.
func (f *follower) expired(now time.Time) bool {
	since := f.checked
	if since.IsZero() {
		since = f.began
	}
	return f.known && f.start.Expire > 0 && now.Sub(since) > time.Duration(f.start.Expire)*time.Second
}
