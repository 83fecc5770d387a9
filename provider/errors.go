package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/zonecast/zonecast/zone"
)

var (
	// ErrGap is the error of a difference (zone.Patch) for which it is not known what it
	// leads from: the whole zone is wanted instead.
	ErrGap = errors.New("the difference does not lead from what was wished last: the whole zone is wanted")
	// ErrNoZone says that the service does not have the zone.
	ErrNoZone = errors.New("the service does not have the zone")
	// ErrZoneExists says that a zone to be created is there already.
	ErrZoneExists = errors.New("the service has the zone already")
	// ErrUnsupported says that the driver cannot do what was asked.
	ErrUnsupported = errors.New("the driver cannot do this")
)

// Kind sorts what services answer by what is to be done about it.
type Kind uint8

// The kinds of errors.
const (
	KindTransient Kind = iota // try again later; also whatever nobody has sorted
	KindThrottled             // slow down, then try again
	KindAuth                  // the credentials are wrong or lack a right
	KindQuota                 // a limit of the account is reached
	KindRefused               // the service will not have this data
	KindNotFound              // what was addressed is not there
)

var kinds = [...]string{"transient", "throttled", "auth", "quota", "refused", "not found"}

func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// A ServiceError is what a service answered, sorted. Err has the service's own
// words and no secret.
type ServiceError struct {
	Kind       Kind
	RetryAfter time.Duration // 0: the service did not say
	Code       string        // the service's own
	RequestID  string        // for its support
	Err        error
}

func (e *ServiceError) Error() string {
	text := e.Kind.String()
	if e.Code != "" {
		text += " (" + e.Code + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.RequestID != "" {
		text += " [request " + e.RequestID + "]"
	}
	return text
}

func (e *ServiceError) Unwrap() error { return e.Err }

// KindOf finds the kind of an error; KindTransient for one that nobody has sorted.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*ServiceError](err); ok {
		return e.Kind
	}
	return KindTransient
}

// A ConflictError says that a set is not what the plan was made from: somebody
// else changed it in the meantime.
type ConflictError struct {
	Key zone.Key
	Err error // what the service said; may be nil
}

func (e *ConflictError) Error() string {
	text := e.Key.String() + " has changed since it was read"
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *ConflictError) Unwrap() error { return e.Err }

// A ChangeError says why one change of a plan was not done.
type ChangeError struct {
	Index int // in Plan.Changes
	Err   error
}

// An ApplyError says what became of the changes of a plan, by their index:
// those in Done are done, those in Failed are not, for those in Unknown no
// answer came. The others were not tried.
type ApplyError struct {
	Done    []int
	Unknown []int
	Failed  []ChangeError
	Err     error // what ended the call, where it was no single change
}

func (e *ApplyError) Error() string {
	var words []string
	for _, f := range e.Failed {
		words = append(words, fmt.Sprintf("change %d: %v", f.Index, f.Err))
	}
	if e.Err != nil {
		words = append(words, e.Err.Error())
	}
	if len(e.Unknown) > 0 {
		words = append(words, fmt.Sprintf("no answer to changes %v", e.Unknown))
	}
	return fmt.Sprintf("%d changes done; %s", len(e.Done), strings.Join(words, "; "))
}

// Unwrap gives the errors of all changes that failed, and what ended the call.
func (e *ApplyError) Unwrap() []error {
	var errs []error
	for _, f := range e.Failed {
		errs = append(errs, f.Err)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}
