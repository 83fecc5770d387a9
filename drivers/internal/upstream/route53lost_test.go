package upstream

import (
	"testing"

	"github.com/libdns/libdns"
	"github.com/libdns/route53"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

// What the package loses of what others have put into a zone.

func data(records []libdns.Record, name string) (out []string) {
	for _, r := range records {
		if r.RR().Name == name {
			out = append(out, r.RR().Data)
		}
	}
	return out
}

func TestRoute53FlattensWeightedSets(t *testing.T) {
	f := newRoute53(t)
	f.Put(f.zone, route53test.Simple("w.example.com.", "A", 60, "192.0.2.1").Weighted("blue", 90),
		route53test.Simple("w.example.com.", "A", 60, "192.0.2.2").Weighted("green", 10))
	p := &route53.Provider{}
	records, err := p.GetRecords(ctx, zoneName)
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.1", "192.0.2.2"}, data(records, "w"), "nothing tells them from plain records")
	_, err = p.SetRecords(ctx, zoneName, []libdns.Record{rr("A", "w", "192.0.2.3")})
	assert.ErrorContains(t, err, "InvalidChangeBatch")
}

func TestRoute53JoinsTheStringsOfASibling(t *testing.T) {
	f := newRoute53(t)
	f.put("t.example.com.", "TXT", 3600, `"two" "strings"`, `"\"quoted\""`)
	_, err := (&route53.Provider{}).AppendRecords(ctx, zoneName, []libdns.Record{rr("TXT", "t", "new")})
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{`"twostrings"`, `"quoted"`, `"new"`}, f.values("t.example.com.", "TXT"), "both were nobody's business")
}

func TestRoute53WritesASetFromWhichNothingIsDeleted(t *testing.T) {
	f := newRoute53(t)
	f.put("www.example.com.", "A", 3600, "192.0.2.1")
	_, err := (&route53.Provider{}).DeleteRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.99")})
	require.NoError(t, err)
	assert.Equal(t, 1, f.Count("ChangeResourceRecordSets"))
}

func TestRoute53OverwritesWhatCameInBetween(t *testing.T) {
	f := newRoute53(t)
	f.put("www.example.com.", "A", 3600, "192.0.2.1")
	f.Fault = func(action string, _ route53test.Call) (fault route53test.Fault) {
		if action == "ChangeResourceRecordSets" {
			f.put("www.example.com.", "A", 3600, "192.0.2.77")
		}
		return fault
	}
	_, err := (&route53.Provider{}).AppendRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.2")})
	require.NoError(t, err)
	assert.Equal(t, []string{"192.0.2.1", "192.0.2.2"}, f.values("www.example.com.", "A"), "the edit of somebody else is gone")
}

func TestRoute53DoesNotReadAZoneWithOneOddValue(t *testing.T) {
	f := newRoute53(t)
	f.put("odd.example.com.", "MX", 3600, "no-preference.example.net.")
	_, err := (&route53.Provider{}).GetRecords(ctx, zoneName)
	assert.Error(t, err)
	_, err = (&route53.Provider{}).AppendRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.2")})
	assert.Error(t, err, "nor writes to it")
}

func TestRoute53SendsAValueTwiceThatIsThere(t *testing.T) {
	f := newRoute53(t)
	f.put("www.example.com.", "A", 3600, "192.0.2.1")
	_, err := (&route53.Provider{}).AppendRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	assert.ErrorContains(t, err, "Duplicate")
}

func TestRoute53CannotTurnAnAliasNameIntoAnAddress(t *testing.T) {
	f := newRoute53(t)
	f.put("www.example.com.", "CNAME", 3600, "host.example.net.")
	_, err := (&route53.Provider{}).SetRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	assert.ErrorContains(t, err, "InvalidChangeBatch", "which takes a DELETE and a CREATE in one batch")
}

// What it does not know of zones.

func TestRoute53TakesAPrivateZoneForThePublicOne(t *testing.T) {
	f := newRoute53(t)
	var private string
	for f.Zones(zoneName)[0] == f.zone { // whichever is listed first
		private = f.AddPrivateZone(zoneName)
		if len(f.Zones(zoneName)) > 50 {
			t.Fatal("the private zone is never first here")
		}
	}
	_, err := (&route53.Provider{}).SetRecords(ctx, zoneName, []libdns.Record{rr("A", "www", "192.0.2.1")})
	require.NoError(t, err)
	assert.Empty(t, f.values("www.example.com.", "A"), "it went to %s", private)
}

func TestRoute53WritesToAnyZoneThatItIsGiven(t *testing.T) {
	f := newRoute53(t)
	f.put("www.example.com.", "A", 3600, "192.0.2.1")
	records, err := (&route53.Provider{HostedZoneID: f.zone}).GetRecords(ctx, "example.org.")
	require.NoError(t, err)
	assert.NotEmpty(t, records, "of a zone of another name")
}

func TestRoute53NeitherListsNorMakesZones(t *testing.T) {
	_, lists := any(&route53.Provider{}).(libdns.ZoneLister)
	assert.False(t, lists)
	f := newRoute53(t)
	_, err := (&route53.Provider{}).SetRecords(ctx, "example.org.", []libdns.Record{rr("A", "www", "192.0.2.1")})
	assert.Error(t, err)
	assert.Zero(t, f.Count("CreateHostedZone"))
}

func TestRoute53StopsInTheMiddleAndDoesNotSayWhere(t *testing.T) {
	f := newRoute53(t)
	f.failAfter(2)
	made, err := (&route53.Provider{MaxRetries: 1}).SetRecords(ctx, zoneName, []libdns.Record{
		rr("A", "a", "192.0.2.1"), rr("A", "b", "192.0.2.1"), rr("A", "c", "192.0.2.1"), rr("A", "d", "192.0.2.1")})
	assert.Error(t, err)
	assert.Empty(t, made)
	assert.Len(t, f.Sets(f.zone), 4, "two of four are written")
}
