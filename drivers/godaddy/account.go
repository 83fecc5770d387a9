package godaddy

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
)

// An account is how GoDaddy is reached under one credential.
type account struct {
	client    *rest.Client
	perMinute int // calls to one endpoint

	mu sync.Mutex
	id string // of the account in this process, once its credential is read
}

func newAccount(p *Provider) *account {
	c := &rest.Client{Base: "https://api.godaddy.com", Secrets: p.Credential.read, Judge: judge, Transport: p.Transport}
	if p.OTE {
		c.Base = "https://api.ote-godaddy.com"
	}
	version, shopper := p.Credential.version, p.Shopper
	c.Sign = func(r *http.Request, s []string) {
		if version == 1 {
			r.Header.Set("Authorization", "sso-key "+s[0]+":"+s[1])
		} else {
			r.Header.Set("Authorization", "Bearer "+s[0])
		}
		if shopper != "" {
			r.Header.Set("X-Shopper-Id", shopper)
		}
	}
	return &account{client: c, perMinute: perMinute}
}

// The endpoints, each of which has a limit of its own.
const (
	readZone  = "read zone"
	readType  = "read type"
	writeSet  = "write set"
	deleteSet = "delete set"
	create    = "create record"
	remove    = "delete record"
)

var endpoints = []string{readZone, readType, writeSet, deleteSet, create, remove}

// perMinute is what GoDaddy allows of each endpoint
// (https://godaddy.com/legal/agreements/godaddy-api-terms-of-use).
const perMinute = 60

// do makes a call to an endpoint.
func (a *account) do(ctx context.Context, endpoint string, call rest.Call) (rest.Answer, error) {
	id := a.identity()
	call.Limit = rest.Shared(id+" "+endpoint, a.perMinute, time.Minute)
	answer, err := a.client.Do(ctx, call)
	if d := exhausted(answer.Header); d > 0 {
		for _, e := range endpoints {
			rest.Shared(id+" "+e, a.perMinute, time.Minute).Pause(d)
		}
	}
	return answer, err
}

// identity names the account by the first credential that it had, so that a new
// one is under the same limits. Where it cannot be read, no call will be made.
func (a *account) identity() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.id == "" {
		if parts, err := a.client.Credential(); err == nil {
			a.id = a.client.Base + " " + strings.Join(parts, ":")
		}
	}
	return a.id
}

// exhausted is how long version 3 takes no more calls, 0 where it takes them.
func exhausted(h http.Header) time.Duration {
	const longest = 15 * time.Minute
	seconds, err := strconv.Atoi(h.Get("RateLimit-Reset"))
	if h.Get("RateLimit-Remaining") != "0" || err != nil || seconds <= 0 {
		return 0
	}
	return min(time.Duration(min(seconds, 1<<20))*time.Second, longest)
}
