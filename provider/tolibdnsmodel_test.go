package provider_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/libdns/libdns"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/provider"
)

// shelfModel is what the contract of libdns makes of a zone, record by record,
// and what we have chosen where it leaves a choice.
type shelfModel []libdns.RR

func sameSet(a, b libdns.RR) bool { return a.Name == b.Name && a.Type == b.Type }

// means reports whether a record of a deletion means a.
func means(pattern, a libdns.RR) bool {
	return a.Name == pattern.Name && (pattern.Type == "" || a.Type == pattern.Type) &&
		(pattern.TTL == 0 || a.TTL == pattern.TTL) && (pattern.Data == "" || a.Data == pattern.Data)
}

// ttl is that of the set of r in m, or fallback.
func (m shelfModel) ttl(r libdns.RR, fallback time.Duration) time.Duration {
	for _, o := range m {
		if sameSet(o, r) {
			return o.TTL
		}
	}
	return fallback
}

// asked is the lowest TTL that the input names for the set of r.
func asked(in []libdns.RR, r libdns.RR) (ttl time.Duration) {
	for _, o := range in {
		if sameSet(o, r) && o.TTL > 0 && (ttl == 0 || o.TTL < ttl) {
			ttl = o.TTL
		}
	}
	return ttl
}

func (m shelfModel) append(in []libdns.RR) (next, out shelfModel) {
	next = slices.Clone(m)
	for _, r := range in {
		r.TTL = m.ttl(r, cmp.Or(asked(in, r), 300*time.Second))
		if !slices.Contains(next, r) {
			next = append(next, r)
		}
		out = append(out, r)
	}
	return next, out
}

func (m shelfModel) set(in []libdns.RR) (next, out shelfModel) {
	for _, o := range m {
		if !slices.ContainsFunc(in, func(r libdns.RR) bool { return sameSet(o, r) }) {
			next = append(next, o)
		}
	}
	for _, r := range in {
		r.TTL = cmp.Or(asked(in, r), m.ttl(r, 300*time.Second))
		if !slices.Contains(next, r) {
			next = append(next, r)
		}
		out = append(out, r)
	}
	return next, out
}

func (m shelfModel) delete(in []libdns.RR) (next, out shelfModel) {
	for _, o := range m {
		if slices.ContainsFunc(in, func(r libdns.RR) bool { return means(r, o) }) {
			out = append(out, o)
		} else {
			next = append(next, o)
		}
	}
	return next, out
}

// conflicts reports whether a CNAME stands beside anything.
func (m shelfModel) conflicts() bool {
	return slices.ContainsFunc(m, func(c libdns.RR) bool {
		return c.Type == "CNAME" && slices.ContainsFunc(m, func(o libdns.RR) bool { return o.Name == c.Name && o != c })
	})
}

// shown is records in one order, each once.
func shown[R libdns.Record](recs []R) string {
	var out []string
	for _, r := range recs {
		x := r.RR()
		out = append(out, fmt.Sprintf("%s %d %s %q", x.Name, x.TTL/time.Second, x.Type, x.Data))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "\n")
}

// drawRecord draws a record; in a deletion parts of it are left empty.
func drawRecord(t *rapid.T, types []string, forDeletion bool) libdns.RR {
	r := libdns.RR{
		Name: rapid.SampledFrom([]string{"@", "a", "b.a", "*"}).Draw(t, "name"),
		Type: rapid.SampledFrom(types).Draw(t, "type"),
		TTL:  rapid.SampledFrom([]time.Duration{0, time.Minute, time.Hour}).Draw(t, "ttl"),
	}
	r.Data = rapid.SampledFrom(map[string][]string{
		"A":     {"192.0.2.1", "192.0.2.2", "192.0.2.3"},
		"MX":    {"0 .", "10 mail.example.net."},
		"TXT":   {"x", `"quoted" \ ü`, strings.Repeat("long", 100)},
		"CNAME": {"x.example.net.", "y.example.net."},
	}[r.Type]).Draw(t, "data")
	if forDeletion && rapid.Bool().Draw(t, "any value") {
		r.Data = ""
	}
	if forDeletion && rapid.IntRange(0, 3).Draw(t, "any type") == 0 {
		r.Type = ""
	}
	return r
}

// Whatever a libdns caller does, the zone and the answer are what the contract
// says; what would make a conflict does nothing at all.
func TestPropertyALibdnsCallerGetsWhatTheContractSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		memory := memoryOf(t, "")
		types := []string{"A", "MX", "TXT"}
		var driver provider.Provider = memory
		if rapid.Bool().Draw(t, "reads zones whole") { // so that it is we who see conflicts
			driver, types = bare{memory}, append(types, "CNAME")
		}
		p, model := provider.ToLibdns(driver), shelfModel(nil)
		for range rapid.IntRange(1, 6).Draw(t, "calls") {
			model = callAndCompare(t, p, model, types)
			recs, err := p.GetRecords(background, "example.com.")
			require.NoError(t, err)
			require.Equal(t, shown(model), shown(recs))
			require.Empty(t, memory.Get(example).Conflicts())
		}
	})
}

// callAndCompare makes one call, and gives what the zone has to be after it.
func callAndCompare(t *rapid.T, p *provider.LibdnsProvider, model shelfModel, types []string) shelfModel {
	verb := rapid.SampledFrom([]string{"append", "set", "delete"}).Draw(t, "verb")
	in := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) libdns.RR { return drawRecord(t, types, verb == "delete") }), 0, 4).Draw(t, "in")
	next, out := map[string]func([]libdns.RR) (shelfModel, shelfModel){
		"append": model.append, "set": model.set, "delete": model.delete,
	}[verb](in)
	got, err := do(p, verb, in...)
	if next.conflicts() || slices.ContainsFunc(next, apexCNAME) {
		require.ErrorContains(t, err, "would conflict")
		require.Empty(t, got)
		return model
	}
	require.NoError(t, err)
	require.Equal(t, shown(out), shown(got), "%s", verb)
	return next
}

func apexCNAME(r libdns.RR) bool { return r.Name == "@" && r.Type == "CNAME" }
