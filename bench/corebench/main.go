// Command corebench measures the library's core beside peers and references on
// the same data in the same run: reading a zone, its digest, the diff.
//
//	corebench [-runs 7] [-json many/plesk.json] DIR...       (made by gen zone)
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/bench/internal/meas"
	"github.com/zonecast/zonecast/bench/internal/zgen"
	"github.com/zonecast/zonecast/zone"
)

const origin = "big.example."

func main() {
	flag.IntVar(&meas.Runs, "runs", 7, "counted runs of each measurement")
	json := flag.String("json", "", "the panel's JSON, made by gen many")
	flag.Parse()
	if *json != "" {
		panel(*json)
	}
	for _, dir := range flag.Args() {
		run(dir)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return v
}

func run(dir string) {
	a := must(os.ReadFile(filepath.Join(dir, "a.zone")))
	b := must(os.ReadFile(filepath.Join(dir, "b.zone")))
	live := must(zone.Parse(origin, string(a)))
	want := must(zone.Parse(origin, string(b)))
	n := bytes.Count(a, []byte("\n")) - 2
	size := int64(len(a))

	meas.Do("miekg/dns v1 parser alone", n, size, func() int { return miekg(a, n) })
	meas.Do("zone.Parse", n, size, func() int { return must(zone.Parse(origin, string(a))).Len() })
	text := live.String()
	meas.Do("zone.Parse of Zone.String", n, int64(len(text)), func() int { return must(zone.Parse(origin, text)).Len() })
	meas.Do("Zone.Digest", n, size, func() int { d := live.Digest(); return int(d[0]) })
	meas.Do("Zone.String", n, size, func() int { return len(live.String()) })
	meas.Do("Diff, nothing changed", n, 0, func() int { return len(zone.Diff(live, live).Changes) })
	meas.Do("Diff, 1 % changed", n, 0, func() int { return len(zone.Diff(live, want).Changes) })
	all := allChanged(n)
	meas.Do("Diff, all changed, ordered", n, 0, func() int { return len(zone.Diff(live, all).Changes) })
	fmt.Println()
}

func miekg(src []byte, n int) int {
	zp := dns.NewZoneParser(bytes.NewReader(src), origin, "")
	rrs := make([]dns.RR, 0, n)
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		rrs = append(rrs, rr)
	}
	must(0, zp.Err())
	return len(rrs)
}

// allChanged is the zone with another TTL on every set.
func allChanged(n int) *zone.Zone {
	var records []zone.Record
	for _, r := range zgen.Zone(origin, n, 1) {
		records = append(records, zone.Record{Name: zone.Name(r.Owner), Type: zone.Type(r.Type), TTL: r.TTL + 1, Data: r.Data})
	}
	return must(zone.New(origin, records...))
}
