package provider

import (
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// A zone that brings its signatures is written just as its source has it, or not at
// all: with a set more or less, another TTL or another serial, who validates takes it
// for forged.

const (
	notPresigned = "the zone is signed by its source (DNSSEC), and this target does not serve zones with the signatures that they bring: nothing is written"
	notExact     = "the zone is signed by its source (DNSSEC), and not all of it can be written here just as it is: nothing is"
	notAlone     = "the zone is signed by its source (DNSSEC) and is written whole or not at all, but some of what is here differs and is not ours: awaits approval to make it just as the source has it"
	signedHere   = "the zone has the signatures of its source, which a change of single records would break"
)

// decidePresigned makes the plan for a zone that brings its signatures. ok is false
// where nothing may be written.
func (j *job) decidePresigned(live, want *zone.Zone) (d decision, ok bool) {
	if !j.takesPresigned() {
		j.say(zone.Blocked, zone.Key{}, notPresigned)
		return d, false
	}
	adjusted, fs := adjust(j.Provider, live, want)
	j.found(fs...)
	if slices.ContainsFunc(fs, refusesAll) {
		return d, false
	}
	if len(live.Protected())+len(adjusted.Protected()) > 0 || !adjusted.Same(want) {
		j.say(zone.Blocked, zone.Key{}, notExact)
		return d, false
	}
	all := zone.Diff(live, want)
	goal, fs := zone.Reconcile(j.base, live, want, j.EffectiveRules())
	_, _, why := j.Limits.Split(live, all)
	d = decision{live: live, want: want, target: want, now: all, held: zone.Plan{Zone: j.name}, serves: true}
	if slices.Contains(j.Approved, all.Digest()) || why == nil && !j.holds() && goal.Equal(want) {
		j.found(slices.DeleteFunc(fs, isTrouble)...)
		if live != nil && zone.SerialBefore(want.Serial(), live.Serial()) {
			j.say(zone.Note, zone.Key{Name: j.name, Type: zone.SOA}, "the serial goes back from %d to %d, which is signed: who has had the former from here has to transfer the zone anew", live.Serial(), want.Serial())
		}
		return d, true
	}
	d.target, d.now, d.held = live, zone.Plan{Zone: j.name}, all
	j.found(fs...)
	switch {
	case why != nil:
		j.say(zone.Blocked, zone.Key{}, "the zone is signed by its source (DNSSEC) and is written whole or not at all: %v", why)
	case !goal.Equal(want):
		j.say(zone.Blocked, zone.Key{}, notAlone)
	}
	return d, true
}

// takesPresigned holds for a target that serves a zone with the signatures that it
// brings, SOA and name servers included.
func (j *job) takesPresigned() bool {
	d, ok := As[Describer](j.Provider)
	return ok && d.Traits().Presigned && d.Traits().Authority
}
