package route53test

import "time"

// Throttle says how fast the account may call. The zero value never throttles.
type Throttle struct {
	Account Rate            // all calls together
	Action  Rate            // each action by itself
	Actions map[string]Rate // in place of Action, by the action's name
	Changes Rate            // the record changes of all batches: a call of n changes takes n
}

// A Rate is a token bucket: it is full at first, and fills again this fast. The
// zero value has no bottom.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Today are the buckets that AWS has published since 2026-07-30. That for record
// changes is left open: its size could not be read.
//
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html
func Today() Throttle {
	return Throttle{
		Account: Rate{10, 50},
		Action:  Rate{10, 50},
		Actions: map[string]Rate{
			"CreateHostedZone": {2, 40}, "DeleteHostedZone": {5, 40},
			"CreateReusableDelegationSet": {2, 40}, "DeleteReusableDelegationSet": {5, 40},
		},
	}
}

// Until2026 is the rule before that: five requests a second, whatever they are.
func Until2026() Throttle { return Throttle{Account: Rate{5, 5}} }

type bucket struct {
	tokens float64
	at     time.Time
}

// fill brings a bucket up to now and gives it.
func (s *Service) fill(name string, r Rate) *bucket {
	now := s.now()
	b := s.buckets[name]
	if b == nil {
		b = &bucket{float64(r.Burst), now}
		if s.buckets == nil {
			s.buckets = map[string]*bucket{}
		}
		s.buckets[name] = b
	}
	b.tokens = min(float64(r.Burst), b.tokens+now.Sub(b.at).Seconds()*r.PerSecond)
	b.at = now
	return b
}

var errThrottled = refuse("Throttling", "Rate exceeded")

// admit takes a call from the buckets of the account and of its action. A call
// that one of them has no room for takes from neither.
func (s *Service) admit(action string) error {
	rate, special := s.Throttle.Actions[action]
	if !special {
		rate = s.Throttle.Action
	}
	var full []*bucket
	for name, r := range map[string]Rate{"": s.Throttle.Account, action: rate} {
		if r == (Rate{}) {
			continue
		}
		b := s.fill(name, r)
		if b.tokens < 1 {
			return errThrottled
		}
		full = append(full, b)
	}
	for _, b := range full {
		b.tokens--
	}
	return nil
}

// admitChanges takes the changes of a batch. One that is larger than the bucket
// goes through when it is full, and leaves a debt.
func (s *Service) admitChanges(n int) error {
	r := s.Throttle.Changes
	if r == (Rate{}) {
		return nil
	}
	b := s.fill("changes of records", r)
	if b.tokens < float64(min(n, r.Burst)) {
		return errThrottled
	}
	b.tokens -= float64(n)
	return nil
}
