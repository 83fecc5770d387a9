package provider_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libdns/libdns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
	"github.com/zonecast/zonecast/zone"
)

// shelf is a libdns package that keeps its contract, in memory.
type shelf struct {
	mu     sync.Mutex
	zones  map[string][]libdns.RR
	calls  int
	before func(method string) error // a fault; may be nil
}

var errNoShelf = errors.New("no such zone on the shelf")

func (s *shelf) do(ctx context.Context, method, zone string, f func(records []libdns.RR) []libdns.RR) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.before != nil {
		if err := s.before(method); err != nil {
			return err
		}
	}
	records, ok := s.zones[zone]
	if !ok {
		return errNoShelf
	}
	s.zones[zone] = f(records)
	return nil
}

func (s *shelf) GetRecords(ctx context.Context, zone string) (out []libdns.Record, err error) {
	err = s.do(ctx, "get", zone, func(records []libdns.RR) []libdns.RR {
		for _, r := range records {
			if typed, err := r.Parse(); err == nil {
				out = append(out, typed)
			} else {
				out = append(out, r)
			}
		}
		return records
	})
	return out, err
}

func (s *shelf) AppendRecords(ctx context.Context, zone string, recs []libdns.Record) ([]libdns.Record, error) {
	return recs, s.do(ctx, "append", zone, func(records []libdns.RR) []libdns.RR {
		for _, r := range recs {
			records = append(records, r.RR())
		}
		return records
	})
}

func (s *shelf) SetRecords(ctx context.Context, zone string, recs []libdns.Record) ([]libdns.Record, error) {
	return recs, s.do(ctx, "set", zone, func(records []libdns.RR) []libdns.RR {
		for _, r := range recs {
			records = slices.DeleteFunc(records, func(o libdns.RR) bool { return o.Name == r.RR().Name && o.Type == r.RR().Type })
		}
		for _, r := range recs {
			records = append(records, r.RR())
		}
		return records
	})
}

func (s *shelf) DeleteRecords(ctx context.Context, zone string, recs []libdns.Record) ([]libdns.Record, error) {
	return recs, s.do(ctx, "delete", zone, func(records []libdns.RR) []libdns.RR {
		return slices.DeleteFunc(records, func(o libdns.RR) bool {
			return slices.ContainsFunc(recs, func(r libdns.Record) bool {
				w := r.RR() // what is empty stands for anything
				return o.Name == w.Name && (w.Type == "" || w.Type == o.Type) && (w.TTL == 0 || w.TTL == o.TTL) && (w.Data == "" || w.Data == o.Data)
			})
		})
	})
}

func newShelf(records ...libdns.RR) *shelf {
	ns := libdns.RR{Name: "@", Type: "NS", TTL: time.Hour, Data: "ns1.shelf.example."}
	return &shelf{zones: map[string][]libdns.RR{"example.com.": append([]libdns.RR{ns}, records...)}}
}

func notOnShelf(err error) bool { return errors.Is(err, errNoShelf) }

// shelfSubject gives the walk its hooks into a shelf.
func shelfSubject(s *shelf, p provider.Provider) providertest.Subject {
	return providertest.Subject{
		Provider: p, Zone: "example.com.",
		Fill: func(z *zone.Zone) {
			var rrs []libdns.RR
			for set := range z.All() {
				for _, r := range set.Records() {
					data := r.Data
					if r.Type == zone.TXT {
						data, _ = zone.RawText(data)
					}
					rrs = append(rrs, libdns.RR{Name: r.Name.Relative(z.Name()), Type: string(r.Type), TTL: time.Duration(r.TTL) * time.Second, Data: data})
				}
			}
			s.zones["example.com."] = rrs
		},
		FailAfter: func(changes int) {
			s.before = func(method string) error {
				if changes--; method != "get" && changes < 0 {
					return errors.New("out of order")
				}
				return nil
			}
			if changes < 0 {
				s.before = nil
			}
		},
		Protect: func(k zone.Key) {
			s.zones["example.com."] = append(s.zones["example.com."], libdns.RR{Name: k.Name.Relative("example.com."), Type: "ALIAS", Data: "elsewhere."})
		},
		Calls: func() int { return s.calls },
	}
}

func TestALibdnsPackageWalks(t *testing.T) {
	for _, setReplaces := range []bool{true, false} {
		s := newShelf()
		p := provider.FromLibdns(s, provider.LibdnsTraits{SetReplaces: setReplaces, NotFound: notOnShelf})
		providertest.Run(t, shelfSubject(s, p))
	}
}

func zoneOf(t *testing.T, s *shelf, tr provider.LibdnsTraits) *zone.Zone {
	t.Helper()
	z, err := provider.FromLibdns(s, tr).Zone(context.Background(), "example.com.")
	require.NoError(t, err)
	return z
}

func TestLibdnsRecordsComeThroughTheDoor(t *testing.T) {
	s := newShelf(
		libdns.RR{Name: "WWW", Type: "A", TTL: time.Minute, Data: "192.0.2.1"},
		libdns.RR{Name: "", Type: "TXT", TTL: time.Minute, Data: `say "hi" \ ü`},
		libdns.RR{Name: "full.example.com.", Type: "A", TTL: time.Minute, Data: "192.0.2.1"},
		libdns.RR{Name: "dotless.example.com", Type: "A", TTL: time.Minute, Data: "192.0.2.1"},
		libdns.RR{Name: "zero", Type: "A", TTL: time.Millisecond, Data: "192.0.2.1"},
		libdns.RR{Name: "_8443._https.h", Type: "HTTPS", TTL: time.Minute, Data: `1 . alpn="h2,h3" port=8443`},
		libdns.RR{Name: "@", Type: "CAA", TTL: time.Minute, Data: `0 issue "ca.example"`},
		libdns.RR{Name: "_s._tcp", Type: "SRV", TTL: time.Minute, Data: "1 2 3 host.example.net."},
		libdns.RR{Name: "t", Type: "TLSA", TTL: time.Minute, Data: "3 1 1 AB"},
	)
	assert.Equal(t, `example.com. 3600 IN NS ns1.shelf.example.
example.com. 60 IN CAA 0 issue "ca.example"
example.com. 60 IN TXT "say \"hi\" \\ \195\188"
_s._tcp.example.com. 60 IN SRV 1 2 3 host.example.net.
dotless.example.com. 60 IN A 192.0.2.1
full.example.com. 60 IN A 192.0.2.1
_8443._https.h.example.com. 60 IN HTTPS 1 . alpn=h2,h3 port=8443
t.example.com. 60 IN TLSA 3 1 1 ab
www.example.com. 60 IN A 192.0.2.1
zero.example.com. 0 IN A 192.0.2.1
`, strings.ReplaceAll(zoneOf(t, s, provider.LibdnsTraits{}).String(), "\t", " "))
}

// oddRecord panics when it is asked for its text, as ParseSvcParams can.
type oddRecord struct{}

func (oddRecord) RR() libdns.RR { panic("slice bounds out of range") }

// oddShelf gives one record more.
type oddShelf struct {
	*shelf
	odd libdns.Record
}

func (s oddShelf) GetRecords(ctx context.Context, zone string) ([]libdns.Record, error) {
	records, err := s.shelf.GetRecords(ctx, zone)
	return append(records, s.odd), err
}

func TestWhatCannotBeReadIsProtected(t *testing.T) {
	for name, c := range map[string]struct {
		odd  libdns.Record
		key  string
		hook func(libdns.Record) string
	}{
		"bad data":       {odd: libdns.RR{Name: "x", Type: "A", Data: "nonsense"}, key: "x.example.com. A"},
		"an alias":       {odd: libdns.RR{Name: "x", Type: "ALIAS", Data: "y."}, key: "x.example.com. A"},
		"a bad owner":    {odd: libdns.RR{Name: "a..b", Type: "A", Data: "192.0.2.1"}, key: "A"},
		"a panic":        {odd: oddRecord{}, key: ""},
		"by its package": {odd: libdns.RR{Name: "x", Type: "A", Data: "192.0.2.1"}, key: "x.example.com. A", hook: func(r libdns.Record) string { return map[bool]string{true: "proxied"}[r.RR().Name == "x"] }},
	} {
		p := provider.FromLibdns(oddShelf{newShelf(), c.odd}, provider.LibdnsTraits{Protected: c.hook})
		z, err := p.Zone(context.Background(), "example.com.")
		require.NoError(t, err, name)
		assert.Equal(t, 1, z.Len(), name)
		require.NotEmpty(t, z.Protected(), name)
		assert.Equal(t, c.key, strings.TrimSpace(z.Protected()[0].Key.String()), name)
		assert.NotEmpty(t, z.Protected()[0].Reason)
	}
	_, err := provider.FromLibdns(oddShelf{newShelf(), libdns.RR{Name: "www.other.example.", Type: "A", Data: "192.0.2.1"}}, provider.LibdnsTraits{}).Zone(context.Background(), "example.com.")
	assert.ErrorContains(t, err, "which is not in it")
}

func TestAnEmptyAnswerIsNotBelieved(t *testing.T) {
	s := &shelf{zones: map[string][]libdns.RR{"example.com.": nil}}
	_, err := provider.FromLibdns(s, provider.LibdnsTraits{}).Zone(context.Background(), "example.com.")
	assert.ErrorContains(t, err, "not believed")
	z := zoneOf(t, s, provider.LibdnsTraits{MayBeEmpty: true})
	assert.Zero(t, z.Len())
}

// rude is a libdns package that breaks one rule of good conduct.
type rude struct {
	*shelf
	get, write func() error
}

func (r rude) GetRecords(ctx context.Context, zone string) ([]libdns.Record, error) {
	if r.get != nil {
		return nil, r.get()
	}
	return r.shelf.GetRecords(ctx, zone)
}

func (r rude) SetRecords(ctx context.Context, zone string, recs []libdns.Record) ([]libdns.Record, error) {
	if r.write != nil {
		return recs, r.write()
	}
	return r.shelf.SetRecords(ctx, zone, recs)
}

func set(name zone.Name, typ zone.Type, ttl uint32, data ...string) zone.RRset {
	return zone.RRset{Key: zone.Key{Name: name, Type: typ}, TTL: ttl, Data: data}
}

func TestARudePackageHurtsNobodyElse(t *testing.T) {
	forever := make(chan struct{})
	defer close(forever)
	hang := func() error { <-forever; return nil }
	boom := func() error { panic("boom") }
	tr := provider.LibdnsTraits{SetReplaces: true, Deadline: 20 * time.Millisecond}
	plan := zone.Plan{Zone: "example.com.", Changes: []zone.Change{{New: set("a.example.com.", zone.A, 60, "192.0.2.1")}}}

	for want, r := range map[string]rude{
		"the driver panicked: boom":                            {newShelf(), boom, nil},
		"the driver did not answer: context deadline exceeded": {newShelf(), hang, nil},
	} {
		_, err := provider.FromLibdns(r, tr).Zone(context.Background(), "example.com.")
		assert.EqualError(t, err, want)
	}
	err := provider.FromLibdns(rude{newShelf(), nil, boom}, tr).Apply(context.Background(), plan)
	assert.ErrorContains(t, err, "the driver panicked: boom")

	p := provider.FromLibdns(rude{newShelf(), nil, hang}, tr)
	err = p.Apply(context.Background(), plan)
	assert.ErrorContains(t, err, "did not answer")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	assert.ErrorContains(t, p.Apply(ctx, plan), "zone example.com. is busy", "a call that nobody waits for may still be writing")

	err = provider.FromLibdns(rude{newShelf(), nil, func() error { return nil }}, tr).Apply(context.Background(), plan)
	ae, ok := errors.AsType[*provider.ApplyError](err)
	require.True(t, ok)
	assert.EqualError(t, ae.Failed[0].Err, "the driver said yes and did not do it")
}

func TestNothingIsDeletedByWildcard(t *testing.T) {
	for _, old := range []zone.RRset{set("a.example.com.", zone.TXT, 60, `""`), set("a.example.com.", zone.A, 0, "192.0.2.1")} {
		for _, setReplaces := range []bool{true, false} {
			s := newShelf(libdns.RR{Name: "a", Type: string(old.Type), TTL: time.Duration(old.TTL) * time.Second, Data: strings.Trim(old.Data[0], `"`)})
			p := provider.FromLibdns(s, provider.LibdnsTraits{SetReplaces: setReplaces})
			err := p.Apply(context.Background(), zone.Plan{Zone: "example.com.", Changes: []zone.Change{{Old: old}}})
			require.ErrorContains(t, err, "without deleting others")
			assert.Equal(t, provider.KindRefused, provider.KindOf(err))
			assert.Len(t, s.zones["example.com."], 2)
		}
	}
}

// listing is a shelf that can list its zones.
type listing struct{ *shelf }

func (l listing) ListZones(context.Context) (out []libdns.Zone, err error) {
	for n := range l.zones {
		out = append(out, libdns.Zone{Name: n})
	}
	return out, nil
}

func TestAZoneThatIsNotThereIsFoundInTheListOrByTheError(t *testing.T) {
	for _, p := range []provider.Provider{
		provider.FromLibdns(newShelf(), provider.LibdnsTraits{NotFound: notOnShelf}),
		provider.FromLibdns(listing{newShelf()}, provider.LibdnsTraits{}),
	} {
		_, err := p.Zone(context.Background(), "nowhere.example.")
		assert.ErrorIs(t, err, provider.ErrNoZone)
		assert.ErrorIs(t, err, errNoShelf)
	}
	_, err := provider.FromLibdns(newShelf(), provider.LibdnsTraits{}).Zone(context.Background(), "nowhere.example.")
	assert.NotErrorIs(t, err, provider.ErrNoZone, "nobody can tell")
	_, ok := provider.As[provider.Lister](provider.FromLibdns(newShelf(), provider.LibdnsTraits{}))
	assert.False(t, ok)
	l, ok := provider.As[provider.Lister](provider.FromLibdns(listing{newShelf()}, provider.LibdnsTraits{}))
	require.True(t, ok)
	for n, err := range l.Zones(context.Background()) {
		assert.NoError(t, err)
		assert.Equal(t, zone.Name("example.com."), n)
	}
}

func TestChangesOfOneKindGoInOneCall(t *testing.T) {
	s := newShelf()
	p := provider.FromLibdns(s, provider.LibdnsTraits{SetReplaces: true})
	var plan zone.Plan
	plan.Zone = "example.com."
	for _, n := range []zone.Name{"a.example.com.", "b.example.com.", "c.example.com."} {
		plan.Changes = append(plan.Changes, zone.Change{New: set(n, zone.A, 60, "192.0.2.1", "192.0.2.2")})
	}
	require.NoError(t, p.Apply(context.Background(), plan))
	assert.Equal(t, 2, s.calls, "one to set, one to look")
}
