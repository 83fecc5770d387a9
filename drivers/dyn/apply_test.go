package dyn_test

import (
	"io"
	"net/http"
	"regexp"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestASyncIsOnePublishAndNothingWantedIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		text := "www 300 A 192.0.2.1\nwww 300 A 192.0.2.2\n@ 300 MX 10 mail.example.net.\nold 300 TXT x"
		require.Equal(t, provider.Agreed, b.mirror(t, text).State)
		assert.Equal(t, 1, b.Seen().Publishes["example.com"])
		assert.Equal(t, []string{
			"POST Session",
			"GET AllRecord/example.com?detail=Y",
			"GET AllRecord/example.com?detail=Y",
			"POST MXRecord/example.com/example.com",
			"POST TXTRecord/example.com/old.example.com",
			"POST ARecord/example.com/www.example.com",
			"POST ARecord/example.com/www.example.com",
			"GET ZoneChanges/example.com",
			"PUT Zone/example.com",
			"GET Task/#",
			"GET AllRecord/example.com?detail=Y",
		}, b.log())

		assert.Equal(t, provider.Agreed, b.mirror(t, text).State)
		assert.Equal(t, []string{"GET AllRecord/example.com?detail=Y"}, b.log(), "an unchanged zone costs its reading")
		require.NoError(t, b.Apply(t.Context(), zone.Plan{Zone: "example.com."}))
		assert.Empty(t, b.log())

		assert.Equal(t, provider.Agreed, b.mirror(t, "www 600 A 192.0.2.1\nwww 600 A 192.0.2.3\n@ 300 MX 10 mail.example.net.").State)
		assert.Equal(t, 2, b.Seen().Publishes["example.com"])
		log := b.log()
		assert.Equal(t, "PUT ARecord/example.com/www.example.com", log[2], "a set that changes is replaced at once")
		assert.Equal(t, "DELETE TXTRecord/example.com/old.example.com/#", log[3])

		assert.Equal(t, provider.Agreed, b.mirror(t, "www 601 A 192.0.2.1\nwww 601 A 192.0.2.3\n@ 300 MX 10 mail.example.net.").State)
		log = b.log()
		assert.Equal(t, "GET AllRecord/example.com/www.example.com?detail=Y", log[len(log)-1], "one name is read back alone")
		assert.Len(t, log, 7, "reading, reading again, staging, the change set, the publish, its task, reading back")
	})
}

func TestARefusedChangeIsLeftOutWithItsName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "swap 300 CNAME a.example.net.\nalso 300 A 192.0.2.1")))
		plan := b.plan(t, `
			swap 300 A   192.0.2.1
			swap 300 CAA 0 contactemail "a@example.net"
			also 300 A   192.0.2.2
			more 300 TXT x`)
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
		assert.NoError(t, ae.Err)
		assert.Len(t, ae.Done, 2)
		assert.Empty(t, ae.Unknown)
		require.Len(t, ae.Failed, 3, "the CNAME stays, since what takes its place is refused")
		for _, f := range ae.Failed {
			assert.Equal(t, zone.Name("swap.example.com."), plan.Changes[f.Index].Key().Name)
			assert.Equal(t, provider.KindRefused, provider.KindOf(f.Err))
			assert.ErrorContains(t, f.Err, "tag: Invalid property tag")
		}
		assert.Equal(t, 2, b.Seen().Publishes["example.com"])
		assert.Equal(t, "also.example.com 300 A map[address:192.0.2.2]\nmore.example.com 300 TXT map[txtdata:x]\nswap.example.com 300 CNAME map[cname:a.example.net.]", b.serves(t))
		assert.Zero(t, b.Staged())

		res := b.mirror(t, "swap 300 A 192.0.2.1\nswap 300 CAA 0 contactemail \"a@example.net\"")
		assert.Equal(t, provider.Blocked, res.State, res)
	})
}

func TestWhereAllIsRefusedNothingIsPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 CAA 0 contactemail a@example.net")
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
		assert.Equal(t, provider.KindRefused, provider.KindOf(ae.Failed[0].Err))
		assert.Zero(t, b.Seen().Publishes["example.com"])
	})
}

func TestWhatIsNotOursToWriteIsRefusedWithoutACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.Add("example.com", dyntest.Record{FQDN: "alias.example.com", Type: "ALIAS", TTL: 60, RData: map[string]any{"alias": "x.example.net."}})
		set := func(name zone.Name, typ zone.Type, data string) zone.Change {
			return zone.Change{New: zone.RRset{Key: zone.Key{Name: name, Type: typ}, TTL: 300, Data: []string{data}}}
		}
		plan := zone.Plan{Zone: "example.com.", Changes: []zone.Change{
			set("example.com.", zone.NS, "ns.example.net."),
			set("alias.example.com.", zone.A, "192.0.2.1"),
			set("h.example.com.", "HINFO", `"a" "b"`),
		}}
		b.log()
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
		require.Len(t, ae.Failed, 3)
		assert.ErrorContains(t, ae.Failed[0].Err, "example.com. NS is the service's own")
		assert.ErrorContains(t, ae.Failed[1].Err, "ALIAS is a type of Dyn's own")
		assert.ErrorContains(t, ae.Failed[2].Err, "has no form at the service")
		assert.Equal(t, []string{"POST Session", "GET AllRecord/example.com?detail=Y"}, b.log())
	})
}

func TestASetThatHasChangedMeanwhileIsAConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.1")))
		late := b.plan(t, "www 300 A 192.0.2.2\nnew 300 A 192.0.2.1")
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.3")))
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), late), &ae)
		require.Len(t, ae.Failed, 1)
		var conflict *provider.ConflictError
		require.ErrorAs(t, ae.Failed[0].Err, &conflict)
		assert.Equal(t, zone.Key{Name: "www.example.com.", Type: zone.A}, conflict.Key)
		assert.Len(t, ae.Done, 1)
		assert.Contains(t, b.serves(t), "192.0.2.3")
	})
}

// A record that goes between reading and staging is seen by its number.
func TestARecordThatIsGoneWhenItIsDeletedIsAConflict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.1")))
		plan := b.plan(t, "")
		b.way.SetFault(resttest.Once(to("DELETE", "ARecord"), func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
			b.Remove("example.com", "www.example.com")
			return serve(), nil
		}))
		var conflict *provider.ConflictError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &conflict)
		assert.ErrorContains(t, conflict, "Record not found")
		assert.Equal(t, 1, b.Seen().Publishes["example.com"])
	})
}

func TestWhatSomebodyElseHasStagedIsNotPublished(t *testing.T) {
	for _, theirs := range []dyntest.Record{
		{FQDN: "theirs.example.com", Type: "A", TTL: 300, RData: map[string]any{"address": "198.51.100.1"}},
		{FQDN: "www.example.com", Type: "A", TTL: 300, RData: map[string]any{"address": "198.51.100.1"}},
		{FQDN: "www.example.com", Type: "CERT", TTL: 300, RData: map[string]any{"format": 1}},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBed()
			plan := b.plan(t, "www 300 A 192.0.2.1")
			b.Intrude("example.com", theirs)
			err := b.Apply(t.Context(), plan)
			var ae *provider.ApplyError
			require.ErrorAs(t, err, &ae)
			assert.ErrorContains(t, err, "nothing is published: in the change set there is a change of "+theirs.FQDN+" "+theirs.Type+" that is not ours")
			assert.Empty(t, ae.Done)
			assert.Empty(t, ae.Unknown)
			assert.Zero(t, b.Seen().Publishes["example.com"])
			assert.Zero(t, b.Staged())
			require.NoError(t, b.Apply(t.Context(), plan), "and the next one finds a clean session")
		})
	}
}

func TestWhatWasAcceptedAndIsNotStagedIsNotPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 A 192.0.2.1\nmail 300 A 192.0.2.2")
		b.way.SetFault(resttest.Once(to("POST", "www.example.com"), resttest.Status(200, `{"status":"success","data":{},"job_id":1,"msgs":[]}`)))
		assert.ErrorContains(t, b.Apply(t.Context(), plan), "in the change set www.example.com. A 192.0.2.1 is not there, although it was accepted")
		assert.Zero(t, b.Seen().Publishes["example.com"])
	})
}

func TestAZoneThatIsGoneIsErrNoZone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		plan := b.plan(t, "www 300 A 192.0.2.1")
		require.NoError(t, b.DeleteZone(t.Context(), "example.com."))
		assert.ErrorIs(t, b.Apply(t.Context(), plan), provider.ErrNoZone)
		assert.ErrorIs(t, b.DeleteZone(t.Context(), "example.com."), provider.ErrNoZone)
		_, err := b.Zone(t.Context(), "example.com.")
		assert.ErrorIs(t, err, provider.ErrNoZone)
		_, err = b.RRsets(t.Context(), "example.com.", zone.Key{Name: "www.example.com.", Type: zone.A})
		assert.ErrorIs(t, err, provider.ErrNoZone)
	})
}

func TestATaskThatFailsLeavesAllUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		b.TaskEnds = "failed"
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.1")), &ae)
		assert.Equal(t, []int{0}, ae.Unknown)
		assert.ErrorContains(t, ae, "transient (failed): task ")
		b.TaskEnds = ""
		assert.Equal(t, provider.Agreed, b.mirror(t, "www 300 A 192.0.2.1").State)
	})
}

func TestARecordWithoutANumberIsNotDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed()
		require.NoError(t, b.Apply(t.Context(), b.plan(t, "www 300 A 192.0.2.1")))
		plan := b.plan(t, "")
		b.way.SetFault(resttest.Always(to("GET", "AllRecord"), func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
			res := serve()
			text, _ := io.ReadAll(res.Body)
			return resttest.Status(200, regexp.MustCompile(`"record_id":\d+`).ReplaceAllString(string(text), `"record_id":0`))(r, nil)
		}))
		var ae *provider.ApplyError
		require.ErrorAs(t, b.Apply(t.Context(), plan), &ae)
		require.Len(t, ae.Failed, 1)
		assert.ErrorContains(t, ae.Failed[0].Err, "gives no numbers")
		assert.Zero(t, b.Seen().Sweeping)
	})
}
