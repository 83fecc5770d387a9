// Command zonebench compares zone-file readers in this process.
//
//	zonebench [-runs 5] [-only v1,v2,fast] FILE...
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"

	dnsv2 "codeberg.org/miekg/dns"
	dnsv1 "github.com/miekg/dns"

	"github.com/zonecast/zonecast/bench/internal/fastzone"
	"github.com/zonecast/zonecast/bench/internal/meas"
	"github.com/zonecast/zonecast/bench/internal/zgen"
)

func main() {
	flag.IntVar(&meas.Runs, "runs", 5, "runs")
	only := flag.String("only", "v1,v1rec,v2,v2rec,fast", "which")
	origin := flag.String("origin", "big.example.", "origin")
	flag.Parse()
	want := func(s string) bool { return strings.Contains(","+*only+",", ","+s+",") }
	for _, p := range flag.Args() {
		src, err := os.ReadFile(p)
		if err != nil {
			panic(err)
		}
		r, err := fastzone.Parse(src, *origin)
		if err != nil {
			panic(err)
		}
		n, sz := len(r), int64(len(src))
		keepRR := func(k int) {} // the results are kept until the run ends
		_ = keepRR
		if want("v1") {
			meas.Do("miekg/dns v1", n, sz, func() int {
				zp := dnsv1.NewZoneParser(bytes.NewReader(src), *origin, p)
				rrs := make([]dnsv1.RR, 0, n)
				for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
					rrs = append(rrs, rr)
				}
				if zp.Err() != nil {
					panic(zp.Err())
				}
				return len(rrs)
			})
		}
		if want("v1rec") { // to neutral records through the library's own text form
			meas.Do("miekg/dns v1 -> neutral", n, sz, func() int {
				zp := dnsv1.NewZoneParser(bytes.NewReader(src), *origin, p)
				out := make([]zgen.Rec, 0, n)
				for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
					h := rr.Header()
					out = append(out, zgen.Rec{Owner: strings.ToLower(h.Name), Type: dnsv1.TypeToString[h.Rrtype], TTL: h.Ttl, Data: strings.TrimPrefix(rr.String(), h.String())})
				}
				return len(out)
			})
		}
		if want("v2") {
			meas.Do("miekg/dns v2", n, sz, func() int {
				zp := dnsv2.NewZoneParser(bytes.NewReader(src), *origin, p)
				rrs := make([]dnsv2.RR, 0, n)
				for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
					rrs = append(rrs, rr)
				}
				if zp.Err() != nil {
					panic(zp.Err())
				}
				return len(rrs)
			})
		}
		if want("v2rec") {
			meas.Do("miekg/dns v2 -> neutral", n, sz, func() int {
				zp := dnsv2.NewZoneParser(bytes.NewReader(src), *origin, p)
				out := make([]zgen.Rec, 0, n)
				for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
					h := rr.Header()
					out = append(out, zgen.Rec{Owner: strings.ToLower(h.Name), Type: dnsv2.TypeToString[dnsv2.RRToType(rr)], TTL: h.TTL, Data: rr.Data().String()})
				}
				return len(out)
			})
		}
		if want("fast") {
			meas.Do("reference scanner -> neutral", n, sz, func() int {
				o, err := fastzone.Parse(src, *origin)
				if err != nil {
					panic(err)
				}
				return len(o)
			})
		}
		fmt.Println()
	}
}
