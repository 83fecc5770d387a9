package rest

import (
	"errors"
	"slices"

	"github.com/zonecast/zonecast/provider"
)

// An UnsettledError says that a write was sent and that no sound answer tells what
// became of it: it may be done, or not, or be done yet.
type UnsettledError struct{ Err error }

func (e *UnsettledError) Error() string {
	return "it is not known whether it was done: " + e.Err.Error()
}

func (e *UnsettledError) Unwrap() error { return e.Err }

// Unsettled reports whether nobody can say what became of a write.
func Unsettled(err error) bool {
	_, ok := errors.AsType[*UnsettledError](err)
	return ok
}

// Settle moves the changes whose outcome is not known from the failed ones of an
// ApplyError, where provider.Each puts them, to the unknown ones. Other errors
// stay as they are.
func Settle(err error) error {
	ae, ok := errors.AsType[*provider.ApplyError](err)
	if !ok {
		return err
	}
	for _, f := range ae.Failed {
		if Unsettled(f.Err) {
			ae.Unknown = append(ae.Unknown, f.Index)
			ae.Err = errors.Join(ae.Err, f.Err)
		}
	}
	ae.Failed = slices.DeleteFunc(ae.Failed, func(f provider.ChangeError) bool { return Unsettled(f.Err) })
	return err
}
