package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// keys gives the sets that can be looked at: not what is protected, since a service
// makes that up, nor what is made of the zone by who signs it, nor the DS set of the
// zone itself, which is with the zone above.
func (w Want) keys() (keys []zone.Key) {
	if keys = slices.Clone(w.Keys); len(keys) == 0 {
		for s := range w.Zone.All() {
			keys = append(keys, s.Key)
		}
	}
	return slices.DeleteFunc(keys, func(k zone.Key) bool {
		_, guarded := w.Zone.Protection(k)
		switch k.Type {
		case "RRSIG", "NSEC", "NSEC3":
			return true
		case zone.DS:
			return guarded || k.Name == w.Zone.Name()
		}
		return guarded || !k.Name.In(w.Zone.Name())
	})
}

// judge says what a server does, by the want that it is nearest to. newest is the
// serial that it should have, 0 where none is known.
func (v *visit) judge(s Server, l look, newest uint32) Server {
	if s.Address == "" || l.here != nil || l.has == nil {
		return s
	}
	s.Serial, s.Sets = l.serial, nil
	if l.err != nil {
		s.Verdict, s.Reason = Lame, firstLine(l.err)
		return s
	}
	behind := newest != 0 && zone.SerialBefore(l.serial, newest)
	var best judgement
	for i, want := range v.wants {
		if j := want.judge(l, behind); i == 0 || j.verdict < best.verdict {
			best = j
		}
	}
	s.Verdict, s.Sets = best.verdict, best.sets
	s.Reason = best.reason(behind, l)
	return s
}

func firstLine(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// A judgement is what is found of one server for one want.
type judgement struct {
	verdict Verdict
	sets    []Set
	unasked int
	ttls    []string // that are neither as wanted nor as before
}

func (w Want) judge(l look, behind bool) (j judgement) {
	for _, k := range w.keys() {
		has, ok := l.has[k]
		if !ok {
			j.unasked++
			continue
		}
		verdict, ttl := w.verdict(k, has)
		if verdict == Diverged && behind {
			verdict = Pending
		}
		if ttl != "" {
			j.ttls = append(j.ttls, fmt.Sprintf("%s has %s", k, ttl))
		}
		if verdict != Served {
			j.sets = append(j.sets, Set{k, verdict, has.words(w.Zone.Name())})
			j.verdict = max(j.verdict, verdict)
		}
	}
	if j.unasked > 0 || l.late {
		j.verdict = max(j.verdict, Pending)
	}
	return j
}

// verdict compares what a server has with what is wanted and with what was before.
// ttl is said where nothing but the TTL differs, and not as before: services have
// bounds of their own.
func (w Want) verdict(k zone.Key, has answer) (v Verdict, ttl string) {
	want := expect(w.Zone, k)
	var was answer
	known := w.Was != nil
	if known {
		was = expect(w.Was, k)
	}
	switch {
	case want.equal(has) && want.set.TTL == has.set.TTL:
		return Served, ""
	case known && was.equal(has) && was.set.TTL == has.set.TTL:
		return Pending, ""
	case want.equal(has):
		return Served, fmt.Sprintf("TTL %d, and not %d", has.set.TTL, want.set.TTL)
	case known && was.equal(has):
		return Pending, ""
	case want.hidden(has, w.Zone.Name()):
		return Served, ""
	}
	return Diverged, ""
}

// equal compares an answer that is expected with one that came, but for TTLs. What
// shall be gone is gone as well where its name is said to be there still.
func (a answer) equal(has answer) bool {
	switch {
	case a.kind == noName:
		return has.kind == noName || has.kind == noData
	case a.kind != has.kind:
		return false
	case a.glue.Name != "" && !sameData(a.glue, has.glue):
		return false
	}
	return a.set.Key == has.set.Key && sameData(a.set, has.set)
}

func sameData(a, b zone.RRset) bool {
	return slices.EqualFunc(a.Data, b.Data, func(x, y string) bool {
		if x == y || a.Type != zone.SOA {
			return x == y
		}
		s, err := zone.ParseStart(x)
		t, other := zone.ParseStart(y)
		s.Serial, t.Serial = 0, 0
		return err == nil && other == nil && s == t
	})
}

// hidden holds where a delegation cannot be seen, since the server has the zone below
// it as well and answers from there.
func (a answer) hidden(has answer, apex zone.Name) bool {
	if a.kind != referral {
		return false
	}
	switch has.kind {
	case noName, noData:
		return has.from != apex && has.from.In(a.set.Name)
	}
	return has.kind != referral
}

// words says what a server has, and of which zone, where that is not the one it was
// asked about.
func (a answer) words(apex zone.Name) string {
	if (a.kind == noName || a.kind == noData) && a.from != "" && a.from != apex {
		return fmt.Sprintf("%s (in its zone %s)", a, a.from)
	}
	return a.String()
}

// reason says in a line what a server does.
func (j judgement) reason(behind bool, l look) string {
	var parts []string
	if behind && j.verdict == Pending {
		parts = append(parts, fmt.Sprintf("still has serial %d", l.serial))
	}
	worst := slices.IndexFunc(j.sets, func(s Set) bool { return s.Verdict == j.verdict })
	if worst >= 0 {
		parts = append(parts, j.sets[worst].String())
		if more := len(j.sets) - 1; more > 0 {
			parts = append(parts, fmt.Sprintf("and %d more", more))
		}
	}
	if j.unasked > 0 {
		parts = append(parts, fmt.Sprintf("there was no time to ask for %d sets", j.unasked))
	} else if l.late {
		parts = append(parts, "there was no time to ask")
	}
	if j.verdict == Served && len(j.ttls) > 0 {
		parts = append(parts, j.ttls[0])
	}
	return strings.Join(parts, ", ")
}

// String is the set in words.
func (s Set) String() string {
	verb := "has"
	if s.Verdict == Pending {
		verb = "still has"
	}
	return fmt.Sprintf("%s %s at %s", verb, s.Has, s.Key)
}
