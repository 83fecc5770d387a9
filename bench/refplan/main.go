// Command refplan is the reference for the whole way: two zone files (or two
// folders of them, or the panel's JSON against a folder) read, brought to one
// form, compared, the plan printed as an nsupdate script. It is measured from
// outside, against whole peer programs.
//
//	refplan -parser v2 A.zone B.zone
//	refplan -parser v1 -dir z y
//	refplan -parser v2 -json plesk.json z
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"sort"
	"strings"

	dnsv2 "codeberg.org/miekg/dns"
	dnsv1 "github.com/miekg/dns"

	"github.com/zonecast/zonecast/bench/internal/zgen"
)

type rec = zgen.Rec
type key struct{ o, t string }

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parse(parser string, src []byte, origin string) (out []rec) {
	switch parser {
	case "v1":
		zp := dnsv1.NewZoneParser(bytes.NewReader(src), origin, "")
		for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
			h := rr.Header()
			out = append(out, rec{Owner: strings.ToLower(h.Name), Type: dnsv1.TypeToString[h.Rrtype], TTL: h.Ttl, Data: strings.TrimPrefix(rr.String(), h.String())})
		}
		must(zp.Err())
	case "v2":
		zp := dnsv2.NewZoneParser(bytes.NewReader(src), origin, "")
		for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
			h := rr.Header()
			out = append(out, rec{Owner: strings.ToLower(h.Name), Type: dnsv2.TypeToString[dnsv2.RRToType(rr)], TTL: h.TTL, Data: rr.Data().String()})
		}
		must(zp.Err())
	default:
		must(fmt.Errorf("no parser %q", parser))
	}
	return out
}

func plan(w *bufio.Writer, zone string, live, want []rec) (n int) {
	type slot struct{ l, w int32 }
	idx := make(map[key]int32, len(live))
	slots := make([]slot, 0, len(live))
	nl, nw := make([]int32, len(live)), make([]int32, len(want))
	get := func(r *rec) *slot {
		k := key{r.Owner, r.Type}
		s, ok := idx[k]
		if !ok {
			s = int32(len(slots))
			idx[k] = s
			slots = append(slots, slot{-1, -1})
		}
		return &slots[s]
	}
	for i := range live {
		s := get(&live[i])
		nl[i], s.l = s.l, int32(i)
	}
	for i := range want {
		s := get(&want[i])
		nw[i], s.w = s.w, int32(i)
	}
	var del, add []string
	var a, b []*rec
	for _, s := range slots {
		a, b = a[:0], b[:0]
		for i := s.l; i >= 0; i = nl[i] {
			a = append(a, &live[i])
		}
		for i := s.w; i >= 0; i = nw[i] {
			b = append(b, &want[i])
		}
		if len(a) > 1 {
			sort.Slice(a, func(i, j int) bool { return a[i].Data < a[j].Data })
		}
		if len(b) > 1 {
			sort.Slice(b, func(i, j int) bool { return b[i].Data < b[j].Data })
		}
		same := len(a) == len(b)
		for i := 0; same && i < len(a); i++ {
			same = a[i].Data == b[i].Data && a[i].TTL == b[i].TTL
		}
		if same || (len(a) > 0 && a[0].Type == "SOA") {
			continue
		}
		n++
		for _, r := range a {
			del = append(del, fmt.Sprintf("update delete %s IN %s %s", r.Owner, r.Type, r.Data))
		}
		for _, r := range b {
			add = append(add, fmt.Sprintf("update add %s %d IN %s %s", r.Owner, r.TTL, r.Type, r.Data))
		}
	}
	if n == 0 {
		return 0
	}
	sort.Strings(del)
	sort.Strings(add)
	fmt.Fprintln(w, "zone", zone)
	for _, l := range append(del, add...) {
		fmt.Fprintln(w, l)
	}
	fmt.Fprintln(w, "send")
	return n
}

type payload []struct {
	Command string
	Zone    *struct {
		Name string
		SOA  struct{ TTL uint32 }
		RR   []struct {
			Host, Type, Opt, Value string
			TTL                    *uint32
		}
	}
}

func main() {
	parser := flag.String("parser", "v2", "v1 or v2")
	dir := flag.Bool("dir", false, "two folders of NAME.zone")
	js := flag.Bool("json", false, "the panel's JSON, then a folder of NAME.zone")
	origin := flag.String("origin", "big.example.", "zone of two files")
	flag.Parse()
	w := bufio.NewWriterSize(os.Stdout, 1<<16)
	defer w.Flush()
	read := func(p string) []byte {
		b, err := os.ReadFile(p)
		must(err)
		return b
	}
	n, zones := 0, 0
	switch {
	case *js:
		var p payload
		must(json.Unmarshal(read(flag.Arg(0)), &p))
		for _, c := range p {
			z := c.Zone
			want := make([]rec, 0, len(z.RR)+1)
			for _, r := range z.RR {
				x := rec{Owner: strings.ToLower(r.Host), Type: r.Type, TTL: z.SOA.TTL, Data: r.Value}
				if r.TTL != nil {
					x.TTL = *r.TTL
				}
				switch r.Type {
				case "A", "AAAA":
					a, err := netip.ParseAddr(r.Value)
					must(err)
					x.Data = a.String()
				case "TXT":
					x.Data = zgen.QuoteTXT(r.Value)
				case "NS", "CNAME":
					x.Data = strings.ToLower(r.Value)
				default:
					x.Data = r.Opt + " " + r.Value
				}
				want = append(want, x)
			}
			live := parse(*parser, read(filepath.Join(flag.Arg(1), strings.TrimSuffix(z.Name, ".")+".zone")), z.Name)
			n += plan(w, z.Name, live, want)
			zones++
		}
	case *dir:
		es, err := os.ReadDir(flag.Arg(0))
		must(err)
		for _, e := range es {
			o := strings.TrimSuffix(e.Name(), "zone")
			n += plan(w, o, parse(*parser, read(filepath.Join(flag.Arg(0), e.Name())), o), parse(*parser, read(filepath.Join(flag.Arg(1), e.Name())), o))
			zones++
		}
	default:
		n = plan(w, *origin, parse(*parser, read(flag.Arg(0)), *origin), parse(*parser, read(flag.Arg(1)), *origin))
		zones = 1
	}
	fmt.Fprintf(os.Stderr, "zones %d, RRsets changed %d\n", zones, n)
}
