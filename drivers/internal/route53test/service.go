package route53test

import (
	"sync"
	"time"
)

// A Service is one account. Settings are made before the first call; the zero
// value of each is what does not stand in a test's way, but for the quotas,
// whose zero values are those of a new account.
type Service struct {
	Now func() time.Time // nil: time.Now

	// Fault is asked before each call what shall go wrong with it. It may call
	// the methods of the Service.
	Fault func(action string, call Call) Fault

	Throttle Throttle      // zero: never
	InSync   time.Duration // how long a change is PENDING
	Busy     time.Duration // how long a zone takes no other change after one

	// OldErrors answers a refused batch with the InvalidChangeBatch document
	// of old instead of today's ErrorResponse. Clients meet both.
	OldErrors bool

	// SpacedStrings refuses a text whose strings stand side by side with
	// nothing between them, though the service lists such. One report has it so
	// (aws/aws-sdk-js-v3#5626); Terraform's users write them every day. A driver
	// that writes a blank is on the safe side of both.
	SpacedStrings bool

	MaxZones       int // of the account; 0: 500
	MaxSets        int // of a zone; 0: 10,000
	MaxNamesakes   int // zones of one name; 0: 100 (the real figure is not published)
	MaxDelegations int // zones of one reusable delegation set; 0: 100

	mu          sync.Mutex
	zones       map[string]*hostedZone
	byName      []*hostedZone   // in the order of ListHostedZonesByName
	references  map[string]bool // of all zones there ever were
	delegations map[string]*delegationSet
	changes     map[string]changeInfo
	buckets     map[string]*bucket
	calls       []Call
	received    int // calls so far
	made        int // ids given so far
}

func (s *Service) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC()
	}
	return time.Now().UTC()
}

func or(n, standard int) int {
	if n == 0 {
		return standard
	}
	return n
}
