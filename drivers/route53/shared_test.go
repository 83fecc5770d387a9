package route53

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

// buckets are those of a ledger that two processes share.
type buckets struct {
	notes
	mu   sync.Mutex
	full map[string]time.Time
}

func (b *buckets) Take(_ context.Context, bucket string, rate float64, burst int) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	share := time.Duration(float64(time.Second) / rate)
	if now := time.Now(); b.full[bucket].Before(now) {
		b.full[bucket] = now
	}
	b.full[bucket] = b.full[bucket].Add(share)
	return max(0, time.Until(b.full[bucket])-share*time.Duration(burst)), nil
}

func TestProcessesKeepTheLimitTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Today()}
		s.AddZone("example.com.")
		shared := &buckets{notes: notes{}, full: map[string]time.Time{}}
		var wg sync.WaitGroup
		for process := range 2 {
			p := open(t, s, func(c *Config) { // two paces of one account
				c.AccessKeyID, c.Limits = t.Name(), Limits{Changes: Bucket{Rate: 1e6, Burst: 1 + process}}
			})
			p.Share(shared)
			wg.Go(func() {
				for range 150 {
					_, err := p.Zone(t.Context(), "example.com.")
					assert.NoError(t, err)
				}
			})
		}
		wg.Wait()
		assert.Zero(t, s.Answered("Throttling"))
	})
}
