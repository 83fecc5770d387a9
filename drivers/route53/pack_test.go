package route53

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

// bruteForce finds the least number of batches by trying them all.
func bruteForce(groups []group) int {
	best := len(groups)
	var try func(i int, rooms []load)
	try = func(i int, rooms []load) {
		if len(rooms) >= best && i < len(groups) {
			return
		}
		if i == len(groups) {
			best = min(best, len(rooms))
			return
		}
		for j, l := range rooms {
			if l.plus(groups[i].load).fits() {
				rooms[j] = l.plus(groups[i].load)
				try(i+1, rooms)
				rooms[j] = l
			}
		}
		try(i+1, append(rooms[:len(rooms):len(rooms)], groups[i].load))
	}
	try(0, nil)
	return best
}

func TestNoPackingIsMoreThanABatchAboveTheBest(t *testing.T) {
	for range 30 { // what needs more than the first idea is rare
		rapid.Check(t, noMoreThanOneAbove)
	}
}

func noMoreThanOneAbove(t *rapid.T) {
	var groups []group
	for i := range rapid.IntRange(0, 9).Draw(t, "n") {
		groups = append(groups, group{from: i, load: load{
			rapid.IntRange(1, 700).Draw(t, "elements"), rapid.IntRange(1, 31000).Draw(t, "characters")}})
	}
	packed := pack(groups)
	best := bruteForce(groups)
	assert.LessOrEqual(t, len(packed), best+1)
	seen := map[int]int{}
	for _, batch := range packed {
		var sum load
		for _, g := range batch {
			seen[g.from]++
			sum = sum.plus(g.load)
		}
		assert.True(t, sum.fits())
	}
	assert.Len(t, seen, len(groups))
	for _, n := range seen {
		assert.Equal(t, 1, n)
	}
}

func TestSmallChangesKeepTheOrderOfThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var groups []group
		for i := range rapid.IntRange(0, 3000).Draw(t, "n") {
			groups = append(groups, group{from: i, load: load{i%7 + 1, i % 300}})
		}
		last, packed := -1, pack(groups)
		for _, batch := range packed {
			for _, g := range batch {
				require.Equal(t, last+1, g.from)
				last++
			}
		}
		assert.LessOrEqual(t, len(packed), least(groups)+1)
	})
}

// theZone reads lines of a zone, with its own SOA and NS.
func theZone(t testing.TB, lines string) *zone.Zone {
	t.Helper()
	z, err := zone.Parse("example.com.", strings.ReplaceAll(strings.TrimSpace(lines), "\t", ""))
	require.NoError(t, err)
	return z
}

func TestAReplacementDeletesWhatWasSeenAndCreates(t *testing.T) {
	old := theZone(t, "www 300 A 192.0.2.1\nwww 300 A 192.0.2.2\nftp 300 CNAME www")
	new := theZone(t, "www 600 A 192.0.2.2\nftp 300 A 192.0.2.1\nftp 300 TXT x")
	var lines []string
	for _, g := range groupsOf(zone.Diff(old, new), nil) {
		for _, c := range g.wire {
			lines = append(lines, fmt.Sprint(c.Action, " ", *c.ResourceRecordSet.Name, " ", c.ResourceRecordSet.Type, " ", *c.ResourceRecordSet.TTL, " ", values(*c.ResourceRecordSet)))
		}
	}
	assert.Equal(t, []string{
		"DELETE ftp.example.com. CNAME 300 [www.example.com.]",
		"CREATE ftp.example.com. A 300 [192.0.2.1]",
		`CREATE ftp.example.com. TXT 300 ["x"]`,
		"DELETE www.example.com. A 300 [192.0.2.1 192.0.2.2]",
		"CREATE www.example.com. A 600 [192.0.2.2]",
	}, lines)
}

func TestTheSetsThatAZoneCannotBeWithoutAreReplacedAtOnce(t *testing.T) {
	old := theZone(t, "@ 300 NS ns1.example.net.")
	new := theZone(t, "@ 300 NS ns2.example.net.")
	g := groupsOf(zone.Diff(old, new), nil)
	require.Len(t, g, 1)
	require.Len(t, g[0].wire, 1)
	assert.Equal(t, "UPSERT", string(g[0].wire[0].Action))
	assert.Equal(t, load{2, 32}, g[0].load, "which counts twice")
}

func TestFiveThousandSetsTakeABatchMoreThanNeededAtMost(t *testing.T) {
	var a, b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&a, "host%d 300 A 192.0.2.1\n", i/2*2+i%2)
		fmt.Fprintf(&b, "host%d 300 A 192.0.2.2\n", i/2*2+i%2)
	}
	groups := groupsOf(zone.Diff(theZone(t, a.String()), theZone(t, b.String())), nil)
	require.Len(t, groups, 5000)
	assert.Len(t, pack(groups), 10)
}
