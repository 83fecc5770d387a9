package dyn

import (
	"cmp"
	"sync"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// An account is how the service is reached as one user.
type account struct {
	credential Credential
	api        *rest.Client  // with a session
	door       *rest.Client  // without one
	desks      chan struct{} // has as many places as sessions may work
	shared     provider.Shared
	bucket     string // of the account, among all processes
	notes      *notes
	zones      locks
	times      times

	mu   sync.Mutex
	idle []*session
}

// times are how long things may take, and how long to wait for them.
type times struct {
	idle     time.Duration // after which a session is kept alive before it is used
	farewell time.Duration // that cleaning up may take, an account that is locked included
	hurry    time.Duration // that it may take where the context is over, and at the end
	poll     time.Duration // between two looks at a job
	job      time.Duration // that a job may take
	task     time.Duration // before the first look at a task; later ones take longer
	tasks    time.Duration // that a task is looked at
}

// usual times. A job must not be looked at more often than every 5 seconds
// (https://help.dyn.com/get-job).
var usual = times{idle: 5 * time.Minute, farewell: 75 * time.Second, hurry: 10 * time.Second, poll: 5 * time.Second, job: 2 * time.Minute, task: time.Second, tasks: 30 * time.Second}

// The limit of an account is 5 calls a second and 300 a minute, over all its users
// (https://help.dyn.com/managed-dns-api-rate-limit/). These are four a second, one at
// a time, of which no second ever has more than five.
const (
	calls     = 10
	window    = 2 * time.Second
	perSecond = 4
)

func newAccount(p *Provider) *account {
	base := cmp.Or(p.URL, "https://api.dynect.net/REST")
	a := &account{
		credential: p.Credential,
		desks:      make(chan struct{}, cmp.Or(max(p.Sessions, 0), 3)),
		shared:     p.shared,
		bucket:     "dyn " + p.Credential.customer,
		notes:      &notes{shared: p.shared},
		times:      usual,
	}
	limit := rest.Shared(base+" "+a.bucket, calls, window)
	client := func(judge func(rest.Answer) *provider.ServiceError) *rest.Client {
		return &rest.Client{Base: base, Secrets: []rest.Secret{p.Credential.password}, Judge: judge, Limit: limit, Transport: p.Transport}
	}
	a.api, a.door = client(judge), client(judgeLogin)
	if p.tune != nil {
		p.tune(a)
	}
	return a
}
