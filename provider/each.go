package provider

import (
	"errors"
	"net/http"

	"github.com/zonecast/zonecast/zone"
)

// Each is Apply for a service that takes one set at a time: do is called for
// each change in the order of the plan. A change that the service refuses, or
// whose set has changed meanwhile, does not stop the others, except those of its
// own name; any other error ends the work. The error tells what was done.
func Each(plan zone.Plan, do func(zone.Change) error) error {
	ae := &ApplyError{}
	broken := map[zone.Name]error{}
	for i, c := range plan.Changes {
		err := broken[c.Key().Name]
		if err == nil {
			err = do(c)
		}
		if err == nil {
			ae.Done = append(ae.Done, i)
			continue
		}
		ae.Failed = append(ae.Failed, ChangeError{i, err})
		if _, conflict := errors.AsType[*ConflictError](err); !conflict && KindOf(err) != KindRefused {
			return ae
		}
		broken[c.Key().Name] = err
	}
	if ae.Failed != nil {
		return ae
	}
	return nil
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
