package rest

import (
	"errors"
	"slices"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// An UnsettledError says that a write was sent and that no sound answer tells what
// became of it: it may be done, or not, or be done yet.
type UnsettledError struct{ Err error }

// Error says that nobody knows, and why.
func (e *UnsettledError) Error() string {
	return "it is not known whether it was done: " + e.Err.Error()
}

// Unwrap gives what came in place of an answer.
func (e *UnsettledError) Unwrap() error { return e.Err }

// Unsettled reports whether nobody can say what became of a write.
func Unsettled(err error) bool {
	_, ok := errors.AsType[*UnsettledError](err)
	return ok
}

// Each is provider.Each for calls whose outcome may stay unknown: nothing is done
// after the first of those, and its change is among the unknown ones of the
// *provider.ApplyError, also where it was one that should have been undone.
func Each(plan zone.Plan, do func(zone.Change) error) error {
	var doubt error
	about := map[zone.Key]bool{}
	err := provider.Each(plan, func(c zone.Change) error {
		if doubt != nil {
			return doubt
		}
		err := do(c)
		if !Unsettled(err) {
			return err
		}
		doubt, about[c.Key()] = passing(err), true
		return doubt
	})
	if ae, ok := errors.AsType[*provider.ApplyError](err); ok && doubt != nil {
		known := func(i int) bool { return !about[plan.Changes[i].Key()] }
		ae.Unknown, ae.Done = split(ae.Done, known)
		for _, f := range ae.Failed {
			if !known(f.Index) {
				ae.Unknown = append(ae.Unknown, f.Index)
			}
		}
		ae.Failed = slices.DeleteFunc(ae.Failed, func(f provider.ChangeError) bool { return f.Err == doubt || !known(f.Index) })
		ae.Err = doubt
	}
	return err
}

func split(all []int, keep func(int) bool) (out, kept []int) {
	for _, i := range all {
		if keep(i) {
			kept = append(kept, i)
		} else {
			out = append(out, i)
		}
	}
	return out, kept
}

// passing is an unsettled error that nobody takes for a refusal, which it may have
// in it: what was refused may be another sending than the one that was done.
func passing(err error) error {
	if provider.KindOf(err) != provider.KindRefused {
		return err
	}
	return &provider.ServiceError{Kind: provider.KindTransient, Err: err}
}
