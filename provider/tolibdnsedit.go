package provider

import (
	"errors"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// edit is what one call of libdns does to a zone.
type edit struct {
	live  *zone.Zone
	patch zone.Patch
	goal  *zone.Zone // as the service will hold it
	plan  zone.Plan
}

func keyOf(r zone.Record) zone.Key { return zone.Key{Name: r.Name, Type: r.Type} }

func refused(format string, args ...any) error {
	return &ServiceError{Kind: KindRefused, Err: fmt.Errorf(format, args...)}
}

// guarded refuses to touch what is protected.
func guarded(live *zone.Zone, asks []ask) error {
	for _, a := range asks {
		p, ok := live.Protection(a.key())
		if !ok && a.Type == "" {
			p, ok = protectedAt(live, a.Name)
		}
		if ok {
			return refused("%s is protected: %s", p.Key, p.Reason)
		}
	}
	return nil
}

// protectedAt finds anything protected at a name.
func protectedAt(live *zone.Zone, n zone.Name) (zone.Protected, bool) {
	all := live.Protected()
	if i := slices.IndexFunc(all, func(p zone.Protected) bool { return p.Name == n }); i >= 0 {
		return all[i], true
	}
	return zone.Protected{}, false
}

// decide makes the plan, or says why what was asked for cannot be written.
func (e *edit) decide(p Provider) error {
	patched, err := e.live.Patch(e.patch)
	if err != nil {
		return err
	}
	if k, ok := e.clash(patched); ok {
		return refused("%s would conflict", k)
	}
	touched := e.touched()
	var fs []zone.Finding
	e.goal, fs = adjust(p, e.live, patched)
	for _, f := range fs {
		if refusesAll(f) {
			return refused("%s", f.Text)
		}
		if f.Level != zone.Note && touched[f.Key] {
			return refused("%s: %s", f.Key, f.Text)
		}
	}
	e.plan = zone.Diff(e.live, e.goal).Only(func(c zone.Change) bool { return touched[c.Key()] })
	return e.unplanned()
}

// touched is the sets that the patch is about, and their names.
func (e *edit) touched() map[zone.Key]bool {
	out := map[zone.Key]bool{}
	for _, r := range slices.Concat(e.patch.Drop, e.patch.Add) {
		out[keyOf(r)] = true
		out[zone.Key{Name: r.Name}] = true
	}
	return out
}

// clash finds a conflict that the patch makes, or one that is there and gets a
// set more.
func (e *edit) clash(patched *zone.Zone) (zone.Key, bool) {
	before := e.live.Conflicts()
	for _, k := range patched.Conflicts() {
		if !slices.Contains(before, k) || slices.ContainsFunc(e.patch.Add, func(r zone.Record) bool {
			_, there := e.live.Get(keyOf(r))
			return r.Name == k.Name && !there
		}) {
			return k, true
		}
	}
	return zone.Key{}, false
}

// unplanned finds what the plan leaves out for the sake of something protected: a
// guard of another type at the name, or one whose name nobody knows.
func (e *edit) unplanned() error {
	planned := map[zone.Key]bool{}
	for _, c := range e.plan.Changes {
		planned[c.Key()] = true
	}
	for _, r := range slices.Concat(e.patch.Drop, e.patch.Add) {
		k := keyOf(r)
		old, _ := e.live.Get(k)
		new, _ := e.goal.Get(k)
		if !planned[k] && !old.Equal(new) && k.Type != zone.SOA { // its serial is no difference
			return refused("%s cannot be written: something protected stands in its way", k)
		}
	}
	return nil
}

// done gives what is as it was asked for after Apply gave err: the records that
// are there now, or those that are gone where nothing was to come.
func (e *edit) done(err error) (out []zone.Record) {
	open := e.open(err)
	for _, r := range e.patch.Add {
		if set, ok := e.goal.Get(keyOf(r)); ok && !open[keyOf(r)] {
			r.TTL = set.TTL // as the service will have it
			out = append(out, r)
		}
	}
	if len(e.patch.Add) == 0 {
		out = slices.DeleteFunc(e.patch.Drop, func(r zone.Record) bool { return open[keyOf(r)] })
	}
	return out
}

// open is the sets of the plan that err does not say to be done.
func (e *edit) open(err error) map[zone.Key]bool {
	open := map[zone.Key]bool{}
	if err == nil {
		return open
	}
	for _, c := range e.plan.Changes {
		open[c.Key()] = true
	}
	if ae, ok := errors.AsType[*ApplyError](err); ok {
		for _, i := range ae.Done {
			delete(open, e.plan.Changes[i].Key())
		}
	}
	return open
}
