// Command applymodel is the paper model of what a bulk sync costs at each
// provider: API calls, and the seconds that the provider's own rate limit makes
// of them (latency left out: the limit is a floor, whatever the client does).
//
// The zone is the hosting panel's of internal/zgen: 15 records, of which the
// SOA and the two apex NS are the provider's, so 12 records in 12 RRsets are
// managed.
package main

import (
	"flag"
	"fmt"
	"math"
	"strings"

	"github.com/zonecast/zonecast/bench/internal/zgen"
)

// call is a number of requests against one bucket of the provider.
type call struct {
	n      float64
	bucket string
}

type bucket struct{ rate, burst float64 } // per second

type provider struct {
	name     string
	buckets  map[string]bucket
	all      string  // the bucket every call draws from as well ("" none)
	listPage float64 // zones per page when all zones are listed (0: no listing needed)
	setPage  float64 // RRsets or records per page when a zone is read
	batch    float64 // changes per batch call
	publish  float64 // extra calls per written zone
	create   string  // bucket of the call that makes a zone
	read     string
	write    string
	noBatch  bool // no call takes more than one RRset
	replace  bool // one call replaces the whole zone
	changes  string
}

type scenario struct {
	name             string
	create           bool
	changedShare     float64 // of zones
	records, rrsets  float64 // to write in a changed zone
	zoneRecs, zoneRR float64 // managed in a zone
}

func ceil(a, b float64) float64 { return math.Ceil(a / b) }

func zoneList(p *provider, z float64) []call {
	if p.listPage == 0 {
		return nil
	}
	return []call{{math.Max(1, ceil(z, p.listPage)), p.read}}
}

func readZone(p *provider, s *scenario) float64 { return ceil(s.zoneRR+3, p.setPage) }

func writes(p *provider, s *scenario, how string) float64 {
	switch how {
	case "record": // every record of the zone looked up (see run), then written: nothing is compared first
		return s.zoneRecs
	case "rrset":
		return s.rrsets
	}
	switch {
	case p.replace:
		return 1
	case p.noBatch:
		return s.rrsets
	}
	return ceil(s.records, p.batch)
}

func run(p *provider, s *scenario, z float64, how string, readAll, cachedIDs bool) []call {
	var c []call
	changed := math.Max(1, math.Round(z*s.changedShare))
	if !cachedIDs {
		c = append(c, zoneList(p, z)...)
	}
	if how == "record" {
		changed, readAll = z, false
		c = append(c, call{z * s.zoneRecs, p.read})
	}
	if s.create {
		if p.create != "" {
			c = append(c, call{z, p.create})
		}
		changed = z
	} else if how == "record" {
		// its reads are above
	} else if readAll {
		c = append(c, call{z * readZone(p, s), p.read})
	} else {
		c = append(c, call{changed * readZone(p, s), p.read})
	}
	w := writes(p, s, how)
	c = append(c, call{changed * (w + p.publish), p.write})
	if p.changes != "" {
		c = append(c, call{changed * s.records, p.changes})
	}
	return c
}

func seconds(p *provider, cs []call) (n, sec float64) {
	sum := map[string]float64{}
	for _, c := range cs {
		sum[c.bucket] += c.n
		if p.all != "" && c.bucket != p.changes {
			sum[p.all] += c.n
		}
		if c.bucket != p.changes {
			n += c.n
		}
	}
	for k, v := range sum {
		b, ok := p.buckets[k]
		if !ok || b.rate == 0 {
			continue
		}
		sec = math.Max(sec, math.Max(0, v-b.burst)/b.rate)
	}
	return n, sec
}

func human(s float64) string {
	switch {
	case s < 0.05:
		return "0"
	case s < 120:
		return fmt.Sprintf("%.1f s", s)
	case s < 7200:
		return fmt.Sprintf("%.0f min", s/60)
	case s < 172800:
		return fmt.Sprintf("%.1f h", s/3600)
	}
	return fmt.Sprintf("%.1f d", s/86400)
}

func num(n float64) string {
	s := fmt.Sprintf("%.0f", n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func main() {
	flag.Parse()
	_, zr := zgen.Panel(1)
	recs, chars, sets := 0.0, 0.0, map[string]bool{}
	for _, r := range zr {
		if r.Type == "SOA" || (r.Type == "NS") {
			continue
		}
		recs++
		sets[r.Owner+" "+r.Type] = true
		chars += float64(len(r.Data))
	}
	rr := float64(len(sets))
	fmt.Printf("panel zone: %v managed records, %v RRsets, %v value characters\n\n", recs, rr, chars)
	r53 := func(name string, rate, burst float64) *provider {
		return &provider{name: name, all: "all", read: "read", write: "write", create: "create", listPage: 100, setPage: 300, batch: math.Floor(math.Min(1000, 32000/(chars/recs))),
			buckets: map[string]bucket{"all": {rate, burst}, "create": {2, 40}}}
	}
	ps := []*provider{
		r53("Route 53 (10/s, burst 50; CreateHostedZone 2/s)", 10, 50),
		{name: "Route 53 (old limit, 5/s)", all: "all", read: "read", write: "write", create: "create", listPage: 100, setPage: 300, batch: 1000, buckets: map[string]bucket{"all": {5, 0}}},
		{name: "GoDaddy (60/min per endpoint)", read: "read", write: "write", listPage: 1000, setPage: 500, replace: true,
			buckets: map[string]bucket{"read": {1, 0}, "write": {1, 0}}},
		{name: "DynECT (300/min, publish per zone; closed 2023)", all: "all", read: "read", write: "write", create: "create", setPage: 1e9, noBatch: true, publish: 1,
			buckets: map[string]bucket{"all": {5, 0}}},
		{name: "Cloudflare (1200/5 min, batch 200)", all: "all", read: "read", write: "write", create: "create", listPage: 50, setPage: 5000, batch: 200,
			buckets: map[string]bucket{"all": {4, 0}}},
		{name: "rfc2136 (64 KiB UPDATE, 1 ms a message)", all: "all", read: "read", write: "write", setPage: 1e9, batch: 500,
			buckets: map[string]bucket{"all": {1000, 0}}},
	}
	ss := []*scenario{
		{name: "A first sync, every zone new", create: true, records: recs, rrsets: rr, zoneRecs: recs, zoneRR: rr},
		{name: "Re-sync, 1 % of the zones changed by one RRset", changedShare: 0.01, records: 1, rrsets: 1, zoneRecs: recs, zoneRR: rr},
		{name: "Server address moved: 3 RRsets in every zone", changedShare: 1, records: 3, rrsets: 3, zoneRecs: recs, zoneRR: rr},
		{name: "Re-sync, nothing changed, rewritten anyway (delete all + create all)", changedShare: 1, records: 2 * recs, rrsets: 2 * rr, zoneRecs: recs, zoneRR: rr},
	}
	zs := []float64{1, 1000, 10000, 100000}
	cols := []struct {
		n       string
		how     string
		readAll bool
		cached  bool
	}{{"naive: look-up + write of every record", "record", true, false}, {"read zone + a call per RRset", "rrset", true, false}, {"read zone + batch", "batch", true, false}, {"local digest: only changed zones, batch", "batch", false, true}}
	for _, s := range ss {
		fmt.Printf("#### %s\n\n| provider | zones |", s.name)
		for _, c := range cols {
			fmt.Printf(" %s |", c.n)
		}
		fmt.Println("\n|---|---:|" + strings.Repeat("---:|", len(cols)))
		for _, p := range ps {
			for _, z := range zs {
				fmt.Printf("| %s | %s |", p.name, num(z))
				for _, r := range cols {
					if r.cached && strings.HasPrefix(s.name, "Re-sync, nothing") {
						fmt.Printf(" 0 · 0 |")
						continue
					}
					if r.cached && s.create {
						fmt.Printf(" as batch |")
						continue
					}
					n, sec := seconds(p, run(p, s, z, r.how, r.readAll, r.cached))
					fmt.Printf(" %s · %s |", num(n), human(sec))
				}
				fmt.Println()
			}
		}
		fmt.Println()
	}
	// One panel event at a time, a process per event: the zone list is read again each time.
	fmt.Println("#### One event per process (the panel's usual way), Route 53, calls per zone edit")
	fmt.Println("\n| zones in the account | list all zones each time + read + one write | s at 5/s | s at 10/s, burst 50 | id cached: read + write | id and state cached: write |")
	fmt.Println("|---:|---:|---:|---:|---:|---:|")
	for _, z := range zs {
		n := ceil(z, 100) + 2
		fmt.Printf("| %s | %s | %.1f | %.1f | 2 | 1 |\n", num(z), num(n), n/5, math.Max(0, n-50)/10)
	}
}
