package provider

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/zonecast/zonecast/zone"
)

// Each is Apply for a service that takes one set at a time: do is called for
// each change in the order of the plan. The changes of a name stand or fall
// together: when the service refuses one of them, or its set has changed
// meanwhile, those before it are undone, so that a name does not lose its CNAME
// for an address that nobody took; the other names go on. Any other error ends
// the work. The error tells what was done.
func Each(plan zone.Plan, do func(zone.Change) error) error {
	ae := &ApplyError{}
	from := 0
	for _, group := range plan.Groups() {
		if !eachOf(group, from, do, ae) {
			return ae
		}
		from += len(group)
	}
	if ae.Failed != nil {
		return ae
	}
	return nil
}

// eachOf does the changes of one group, whose first has the index from; goOn is
// false where the next group would fare no better.
func eachOf(group []zone.Change, from int, do func(zone.Change) error, ae *ApplyError) (goOn bool) {
	for i, c := range group {
		err := do(c)
		if err == nil {
			ae.Done = append(ae.Done, from+i)
			continue
		}
		ae.Failed = append(ae.Failed, ChangeError{from + i, err})
		if _, conflict := errors.AsType[*ConflictError](err); !conflict && KindOf(err) != KindRefused {
			return false
		}
		for j := i - 1; j >= 0; j-- {
			if do(group[j].Invert()) != nil {
				break // what could not be undone is done
			}
			ae.Done = ae.Done[:len(ae.Done)-1]
			ae.Failed = append(ae.Failed, ChangeError{from + j, fmt.Errorf("undone, since %s was not done: %w", c.Key(), err)})
		}
		for j := i + 1; j < len(group); j++ {
			ae.Failed = append(ae.Failed, ChangeError{from + j, fmt.Errorf("not tried, since %s was not done: %w", c.Key(), err)})
		}
		return true
	}
	return true
}

// KindOfStatus sorts the status of an HTTP answer as most services mean it.
func KindOfStatus(status int) Kind {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return KindAuth
	case http.StatusNotFound, http.StatusGone:
		return KindNotFound
	case http.StatusTooManyRequests:
		return KindThrottled
	case http.StatusPaymentRequired:
		return KindQuota
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusConflict:
		return KindTransient
	}
	if status >= 400 && status < 500 {
		return KindRefused
	}
	return KindTransient
}
