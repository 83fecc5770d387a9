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
		if k.Type == zone.DS && k.Name == w.Zone.Name() {
			return true
		}
		return guarded || k.Type.IsProof() || !k.Name.In(w.Zone.Name())
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
	late    bool     // there was no time to ask for everything
	ttls    []string // that are neither as wanted nor as before
}

func (w Want) judge(l look, behind bool) (j judgement) {
	for _, k := range w.keys() {
		has, ok := l.has[k]
		if !ok {
			j.late = true
			continue
		}
		verdict, ttl := w.verdict(k, l)
		if verdict == Diverged && behind {
			verdict = Pending
		}
		if ttl != "" {
			j.ttls = append(j.ttls, fmt.Sprintf("%s has %s", k, ttl))
		}
		if verdict != Served {
			words := has.words(w.Zone.Name())
			if expect(w.Zone, k).equal(has) {
				words += fmt.Sprintf(" with TTL %d", has.set.TTL)
			}
			j.sets = append(j.sets, Set{k, verdict, words})
			j.verdict = max(j.verdict, verdict)
		}
	}
	if j.late = j.late || l.late; j.late {
		j.verdict = max(j.verdict, Pending)
	}
	return j
}

// verdict compares what a server has with what is wanted and with what was before.
// ttl is said where nothing but the TTL differs, and not as before: services have
// bounds of their own.
func (w Want) verdict(k zone.Key, l look) (v Verdict, ttl string) {
	want, has := expect(w.Zone, k), l.has[k]
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
	case l.hidden(want):
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

// sameData compares data but for the serial of a SOA record, and for where texts are
// cut: what a service keeps as one text it has to serve in pieces.
func sameData(a, b zone.RRset) bool { return slices.Equal(content(a), content(b)) }

func content(s zone.RRset) []string {
	out := slices.Clone(s.Data)
	for i, d := range out {
		switch s.Type {
		case zone.TXT:
			if text, err := zone.RawText(d); err == nil {
				out[i] = text
			}
		case zone.SOA:
			if start, err := zone.ParseStart(d); err == nil {
				start.Serial = 0
				out[i] = start.String()
			}
		}
	}
	slices.Sort(out)
	return out
}

// hidden holds where a delegation cannot be seen, since the server has the zone below
// it as well and answers from there.
func (l look) hidden(want answer) bool {
	return want.kind == referral && l.has[below(want)].kind == data
}

// below is what a server has that has the zone of a delegation as well.
func below(referral answer) zone.Key { return zone.Key{Name: referral.set.Name, Type: zone.SOA} }

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
	behind = behind && j.verdict == Pending
	if behind {
		parts = append(parts, fmt.Sprint(stillSerial, l.serial))
	}
	worst := slices.IndexFunc(j.sets, func(s Set) bool { return s.Verdict == j.verdict })
	if worst >= 0 {
		parts = append(parts, j.sets[worst].words(behind))
		if more := len(j.sets) - 1; more > 0 {
			parts = append(parts, fmt.Sprintf("and %d more", more))
		}
	}
	if j.late {
		parts = append(parts, "there was no time to ask for everything")
	}
	if j.verdict == Served && len(j.ttls) > 0 {
		parts = append(parts, j.ttls[0])
	}
	return strings.Join(parts, ", ")
}

// words says what the server has; said is that it is behind.
func (s Set) words(said bool) string {
	verb := "has"
	switch {
	case said:
		verb = "with"
	case s.Verdict == Pending:
		verb = "still has"
	}
	return fmt.Sprintf("%s %s at %s", verb, s.Has, s.Key)
}
