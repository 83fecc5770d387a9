// Command gen writes the workloads.
//
//	gen zone -n 100000 -origin big.example. -dir OUT     a.zone, b.zone (1 % changed), plesk.json
//	gen many -zones 10000 -dir OUT                        z/<zone>.zone, plesk.json, plesk-changed.json (1 % of the zones)
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/zonecast/zonecast/bench/internal/zgen"
)

func create(p string, f func(*bufio.Writer)) {
	fh, err := os.Create(p)
	if err != nil {
		log.Fatal(err)
	}
	b := bufio.NewWriterSize(fh, 1<<20)
	f(b)
	if err := b.Flush(); err != nil {
		log.Fatal(err)
	}
	fh.Close()
}

const usage = "gen zone|many ..."

// A workload is what is asked for.
type workload struct {
	n, zones    int
	origin, dir string
	pct         float64
	shuffle     bool
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal(usage)
	}
	var w workload
	fs := flag.NewFlagSet("gen", flag.ExitOnError)
	fs.IntVar(&w.n, "n", 1000, "records")
	fs.IntVar(&w.zones, "zones", 10000, "zones")
	fs.StringVar(&w.origin, "origin", "big.example.", "origin")
	fs.StringVar(&w.dir, "dir", ".", "output folder")
	fs.Float64Var(&w.pct, "pct", 1, "percent changed")
	fs.BoolVar(&w.shuffle, "shuffle", false, "shuffle b.zone")
	fs.Parse(os.Args[2:])
	os.MkdirAll(w.dir, 0o777)
	switch os.Args[1] {
	case "zone":
		w.zone()
	case "many":
		w.many()
	default:
		log.Fatal(usage)
	}
}

// zone writes one zone, a changed copy, and the panel's JSON for the copy.
func (w workload) zone() {
	a := zgen.Zone(w.origin, w.n, 1)
	b := zgen.Change(a, w.origin, w.pct, 2)
	if w.shuffle {
		b = zgen.Shuffle(b, 3)
	}
	create(filepath.Join(w.dir, "a.zone"), func(out *bufio.Writer) { zgen.WriteZone(out, w.origin, a) })
	create(filepath.Join(w.dir, "b.zone"), func(out *bufio.Writer) { zgen.WriteZone(out, w.origin, b) })
	create(filepath.Join(w.dir, "plesk.json"), func(out *bufio.Writer) {
		out.WriteByte('[')
		zgen.PleskZone(out, w.origin, b)
		out.WriteByte(']')
	})
	describe(a, b)
}

// describe says what is in a zone.
func describe(a, b []zgen.Rec) {
	labels, sets, types := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, r := range a {
		labels[r.Owner] = true
		sets[r.Owner+" "+r.Type] = true
		types[r.Type]++
	}
	fmt.Println("records", len(a), "changed copy", len(b), "labels", len(labels), "rrsets", len(sets), types)
}

// many writes the zones of a panel, and its JSON for them and for a changed copy.
func (w workload) many() {
	w.payload("plesk.json", zgen.Panel)
	w.payload("plesk-changed.json", changed)
	os.MkdirAll(filepath.Join(w.dir, "z"), 0o777)
	for i := range w.zones {
		o, r := zgen.Panel(i)
		name := strings.TrimSuffix(o, ".") + ".zone"
		create(filepath.Join(w.dir, "z", name), func(out *bufio.Writer) { zgen.WriteZone(out, o, r) })
	}
}

func (w workload) payload(file string, zone func(i int) (string, []zgen.Rec)) {
	create(filepath.Join(w.dir, file), func(out *bufio.Writer) {
		out.WriteByte('[')
		for i := range w.zones {
			o, r := zone(i)
			if i > 0 {
				out.WriteByte(',')
			}
			zgen.PleskZone(out, o, r)
		}
		out.WriteByte(']')
	})
}

// changed is a panel zone of which one in a hundred has another address.
func changed(i int) (string, []zgen.Rec) {
	o, r := zgen.Panel(i)
	if i%100 == 7 {
		r[3].Data = "198.51.100.77"
	}
	return o, r
}
