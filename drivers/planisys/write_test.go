package planisys_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestWithoutAProfileNothingIsDoneButTheList(t *testing.T) {
	b := newBed(t, func(o *planisys.Options) { o.Profile = planisys.Profile{} })
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
	l, ok := provider.As[provider.Lister](b.Provider)
	require.True(t, ok)
	for n, err := range l.Zones(ctx) {
		assert.NoError(t, err)
		assert.Equal(t, zone.Name("example.com."), n)
	}
	b.net.Log()
	_, err := b.Zone(ctx, "example.com.")
	assert.ErrorIs(t, err, provider.ErrUnsupported)
	assert.EqualError(t, err, "the driver cannot do this: the profile does not say how to read records")
	assert.ErrorIs(t, b.Apply(ctx, planisys.Sample("example.com.")), provider.ErrUnsupported)
	_, creates := provider.As[provider.Creator](b.Provider)
	assert.False(t, creates)
	assert.Empty(t, b.net.Log(), "nothing was asked")
}

func TestAProfileThatOnlyReadsNeverWrites(t *testing.T) {
	b := newBed(t, func(o *planisys.Options) { o.Profile.Write, o.Profile.Create, o.Profile.Delete = nil, nil, nil })
	p, ok := provider.As[*planisys.Provider](b.Provider)
	require.True(t, ok)
	assert.True(t, p.ReadOnly())
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
	z, err := b.Zone(ctx, "example.com.")
	require.NoError(t, err)
	assert.Contains(t, z.String(), "192.0.2.1")

	b.net.SetFault(func(r *http.Request) resttest.Fault {
		assert.Equal(t, http.MethodGet, r.Method)
		return nil
	})
	for _, name := range []zone.Name{"example.com.", "missing.example."} {
		res, err := b.mirror(parse(t, name, "www 300 A 192.0.2.2"))
		if name == "example.com." {
			assert.ErrorIs(t, err, provider.ErrUnsupported)
			assert.ErrorContains(t, err, "the profile does not say how to write records")
			continue
		}
		assert.Equal(t, provider.Blocked, res.State)
	}
}

// What a sync costs: an unchanged zone its reading; a changed one a reading before
// and one after the writes, and one write for each record that changes.
func TestASyncCostsTheFewestCalls(t *testing.T) {
	b := newBed(t)
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1\nwww 300 A 192.0.2.2\nold 300 A 192.0.2.9"))
	for _, c := range []struct {
		want, writes string
	}{
		{"www 300 A 192.0.2.1\nwww 300 A 192.0.2.2\nold 300 A 192.0.2.9", ""},
		{"www 300 A 192.0.2.1\nwww 300 A 192.0.2.3\nold 300 A 192.0.2.9", "PUT"},
		{"www 600 A 192.0.2.1\nwww 600 A 192.0.2.3\nold 300 A 192.0.2.9", "PUT PUT"},
		{"www 600 A 192.0.2.4\nwww 600 A 192.0.2.3\nwww 600 A 192.0.2.5\nold 300 A 192.0.2.9", "PUT POST"},
		{"www 600 A 192.0.2.3\nold 300 A 192.0.2.9", "DELETE DELETE"},
		{"www 600 A 192.0.2.3\nold 300 CNAME www", "DELETE POST"},
	} {
		b.net.Log()
		res, err := b.mirror(parse(t, "example.com.", c.want))
		require.NoError(t, err)
		require.Equal(t, provider.Agreed, res.State)
		log := b.net.Log()
		var writes []string
		for _, l := range log {
			if method, _, _ := strings.Cut(l, " "); method != "GET" {
				writes = append(writes, method)
			}
		}
		assert.Equal(t, c.writes, strings.Join(writes, " "), c.want)
		reads := 3 // to plan, to write, to look
		if c.writes == "" {
			reads = 1
		}
		assert.Len(t, log, reads+len(writes))
	}
}

func change(old, new string) zone.Change {
	set := func(text string) zone.RRset {
		z, _ := zone.Parse("example.com.", text)
		for s := range z.All() {
			return s
		}
		return zone.RRset{}
	}
	return zone.Change{Old: set(old), New: set(new)}
}

func plan(cs ...zone.Change) zone.Plan { return zone.Plan{Zone: "example.com.", Changes: cs} }

func applyError(t *testing.T, err error) *provider.ApplyError {
	t.Helper()
	ae, ok := errors.AsType[*provider.ApplyError](err)
	require.True(t, ok, "%v", err)
	return ae
}

// A set of which the service refuses one record stays as it was, and the rest of
// the plan goes on.
func TestASetIsWrittenWholeOrNotAtAll(t *testing.T) {
	const before = "www 300 A 192.0.2.1\nwww 300 A 192.0.2.2"
	for n := range 3 {
		b := newBed(t)
		b.fake.Put(parse(t, "example.com.", before))
		b.net.SetFault(resttest.Nth(isWrite, n+1, resttest.Status(422, `{"status": "error", "error": {"code": "bad_content", "message": "not this one"}}`)))
		err := b.Apply(ctx, plan(
			change("www 300 A 192.0.2.1\nwww 300 A 192.0.2.2", "www 300 A 192.0.2.3\nwww 300 A 192.0.2.4\nwww 300 A 192.0.2.5"),
			change("", "zzz 300 A 192.0.2.9")))
		ae := applyError(t, err)
		assert.Equal(t, []int{1}, ae.Done)
		assert.Empty(t, ae.Unknown)
		require.Len(t, ae.Failed, 1)
		assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
		assert.ErrorContains(t, err, "/domain/example.com/records")
		assert.ErrorContains(t, err, `not this one`)
		z, errRead := b.Zone(ctx, "example.com.")
		require.NoError(t, errRead)
		assert.Equal(t, own(parse(t, "example.com.", before+"\nzzz 300 A 192.0.2.9")), own(z), "fault at write %d", n+1)
	}
}

// All changes of a name stand or fall together: who cannot have the CNAME keeps the
// addresses, also those that were removed to make room for it.
func TestANameIsWrittenWholeOrNotAtAll(t *testing.T) {
	const before = "www 300 A 192.0.2.1\nwww 300 A 192.0.2.2\nwww 300 TXT hello"
	for _, setAtATime := range []bool{false, true} {
		var p provider.Provider
		var read func() *zone.Zone
		match := func(r *http.Request) bool { return r.Method == http.MethodPost }
		no := resttest.Once(match, resttest.Status(422, `{"status": "error", "error": {"message": "no"}}`))
		if setAtATime {
			s := newShelf(t)
			s.zone = parse(t, "example.com.", before+"\n@ 300 NS ns1.example.net.")
			s.refuse = "CNAME"
			p, read = s.subject(t, setProfile, s.sets).Provider, func() *zone.Zone { return s.zone }
		} else {
			b := newBed(t)
			b.fake.Put(parse(t, "example.com.", before))
			b.net.SetFault(no)
			p, read = b.Provider, func() *zone.Zone { z, _ := b.Zone(ctx, "example.com."); return z }
		}
		swap := zone.Diff(parse(t, "example.com.", before), parse(t, "example.com.", "www 300 CNAME example.net."))
		ae := applyError(t, p.Apply(ctx, swap))
		assert.Empty(t, ae.Done)
		assert.Empty(t, ae.Unknown)
		assert.Len(t, ae.Failed, 3)
		assert.Equal(t, own(parse(t, "example.com.", before)), own(read()))
	}
}

func TestWhatIsLeftAloneIsNotWrittenEvenIfSomebodyAsks(t *testing.T) {
	b := newBed(t)
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
	b.fake.Disable(zone.Key{Name: "odd.example.com.", Type: zone.A}, "192.0.2.9")
	b.net.Log()
	ae := applyError(t, b.Apply(ctx, plan(change("", "odd 300 A 192.0.2.5"), change("", "odd 300 TXT beside"))))
	assert.ErrorContains(t, ae.Failed[0].Err, "odd.example.com. A is left alone: it is no plain record: /disabled is true")
	assert.Len(t, b.net.Log(), 1, "the reading")
}

// Where the way back is barred too nobody says that the set is as it was.
func TestASetThatIsWrittenInPartIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, f := range map[string]resttest.Fault{
			"refused, for ever": resttest.Status(422, `{"status": "error", "error": {"message": "no"}}`),
			"away":              resttest.Status(503, resttest.Page),
			"no answer":         resttest.Lost,
		} {
			b := newBed(t)
			b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1"))
			writes := 0
			b.net.SetFault(func(r *http.Request) resttest.Fault {
				if writes++; !isWrite(r) {
					writes--
					return nil
				}
				if writes < 2 {
					return nil
				}
				return f
			})
			err := b.Apply(ctx, plan(change("www 300 A 192.0.2.1", "www 300 A 192.0.2.3\nwww 300 A 192.0.2.4"), change("", "zzz 300 A 192.0.2.9")))
			ae := applyError(t, err)
			assert.Empty(t, ae.Done, name)
			assert.Equal(t, []int{0}, ae.Unknown, name)
			assert.Empty(t, ae.Failed, name)
			assert.ErrorContains(t, err, "1 of the calls for www.example.com. A were done, and then: ", name)

			b.net.SetFault(nil)
			res, err := b.mirror(parse(t, "example.com.", "www 300 A 192.0.2.3\nwww 300 A 192.0.2.4"))
			assert.NoError(t, err)
			assert.Equal(t, provider.Agreed, res.State, "the next run finishes")
		}
	})
}

// In no moment is a set empty that both sides have.
func TestASetThatStaysIsNeverEmpty(t *testing.T) {
	b := newBed(t)
	sets := []string{"www 300 A 192.0.2.1", "www 600 A 192.0.2.1", "www 600 A 192.0.2.2\nwww 600 A 192.0.2.3", "www 300 A 192.0.2.4", "www 300 A 192.0.2.4\nwww 300 A 192.0.2.5", "www 300 A 192.0.2.6\nwww 300 A 192.0.2.7"}
	b.fake.Put(parse(t, "example.com.", sets[0]))
	other, err := planisys.New(planisys.Options{Reseller: b.reseller, Key: fixed(key), Profile: example(t), Transport: &resttest.Transport{Handler: b.fake}})
	require.NoError(t, err)
	looks := 0
	b.net.SetFault(func(*http.Request) resttest.Fault {
		return func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
			res := serve()
			z, err := other.Zone(ctx, "example.com.")
			require.NoError(t, err)
			s, ok := z.Get(zone.Key{Name: "www.example.com.", Type: zone.A})
			assert.True(t, ok && len(s.Data) > 0, "after %s", r.Method)
			looks++
			return res, nil
		}
	})
	for _, text := range sets[1:] {
		res, err := b.mirror(parse(t, "example.com.", text))
		require.NoError(t, err)
		require.Equal(t, provider.Agreed, res.State)
	}
	assert.Greater(t, looks, 20)
}

func TestWhatSomebodyElseChangedIsAConflict(t *testing.T) {
	b := newBed(t)
	b.fake.Put(parse(t, "example.com.", "www 300 A 192.0.2.1\nmail 300 A 192.0.2.1"))
	b.net.Log()
	err := b.Apply(ctx, plan(change("www 300 A 192.0.2.7", "www 300 A 192.0.2.8"), change("mail 300 A 192.0.2.1", "mail 300 A 192.0.2.2")))
	ae := applyError(t, err)
	assert.Equal(t, []int{1}, ae.Done)
	_, conflict := errors.AsType[*provider.ConflictError](ae.Failed[0].Err)
	assert.True(t, conflict)
	assert.Len(t, b.net.Log(), 2, "a reading and one write")

	// the record goes between reading and writing
	b.net.SetFault(resttest.Once(isWrite, resttest.Status(404, `{"status": "error", "error": {"code": "record_not_found"}}`)))
	err = b.Apply(ctx, plan(change("www 300 A 192.0.2.1", "")))
	_, conflict = errors.AsType[*provider.ConflictError](applyError(t, err).Failed[0].Err)
	assert.True(t, conflict, "%v", err)
}

func TestAWholeZoneTakesItsVersionAlong(t *testing.T) {
	serial, put := 7, ""
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			put = r.URL.Query().Get("if")
			serial++ // of somebody else
			if put != fmt.Sprint(serial-1) {
				say(w, 412, map[string]string{"error": "stale"})
				return
			}
		}
		say(w, 200, map[string]any{"serial": serial, "zone": map[string]any{"count": 1, "rr": []line{{"example.com", "NS", "300", "ns.example.net"}}}})
	})
	p, err := planisys.ParseProfile([]byte(strings.NewReplacer(
		"  rows: /zone/rr", "  rows: /zone/rr\n  version: /serial",
		"  put:\n    method: PUT\n    path: zone\n    query: {", "  put:\n    method: PUT\n    path: zone\n    query: {if: '{{.Version}}', ",
		"is: [suspended]}", "is: [suspended]}\n    - {means: changed, at: /error, is: [stale]}").Replace(zoneProfile)))
	require.NoError(t, err)
	d, err := planisys.New(planisys.Options{Reseller: "a", Key: fixed("b"), Profile: p, Transport: &resttest.Transport{Handler: h}})
	require.NoError(t, err)
	add := plan(change("", "a 300 A 192.0.2.1"), change("", "b 300 A 192.0.2.1"))
	require.NoError(t, d.Apply(ctx, add))
	assert.Equal(t, "7", put)

	once := resttest.Once(isWrite, func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
		serial++
		return serve(), nil
	})
	d, err = planisys.New(planisys.Options{Reseller: "a", Key: fixed("b"), Profile: p, Transport: &resttest.Transport{Handler: h, Fault: once}})
	require.NoError(t, err)
	ae := applyError(t, d.Apply(ctx, add))
	require.Len(t, ae.Failed, 2)
	_, conflict := errors.AsType[*provider.ConflictError](ae.Failed[1].Err)
	assert.True(t, conflict)
}
