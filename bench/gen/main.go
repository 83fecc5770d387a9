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

func main() {
	log.SetFlags(0)
	if len(os.Args) < 2 {
		log.Fatal("gen zone|many ...")
	}
	fs := flag.NewFlagSet("gen", flag.ExitOnError)
	n := fs.Int("n", 1000, "records")
	zones := fs.Int("zones", 10000, "zones")
	origin := fs.String("origin", "big.example.", "origin")
	dir := fs.String("dir", ".", "output folder")
	pct := fs.Float64("pct", 1, "percent changed")
	shuffle := fs.Bool("shuffle", false, "shuffle b.zone")
	fs.Parse(os.Args[2:])
	os.MkdirAll(*dir, 0o777)
	switch os.Args[1] {
	case "zone":
		a := zgen.Zone(*origin, *n, 1)
		b := zgen.Change(a, *origin, *pct, 2)
		if *shuffle {
			b = zgen.Shuffle(b, 3)
		}
		create(filepath.Join(*dir, "a.zone"), func(w *bufio.Writer) { zgen.WriteZone(w, *origin, a) })
		create(filepath.Join(*dir, "b.zone"), func(w *bufio.Writer) { zgen.WriteZone(w, *origin, b) })
		create(filepath.Join(*dir, "plesk.json"), func(w *bufio.Writer) {
			w.WriteByte('[')
			zgen.PleskZone(w, *origin, b)
			w.WriteByte(']')
		})
		labels := map[string]struct{}{}
		sets := map[string]struct{}{}
		types := map[string]int{}
		for _, r := range a {
			labels[r.Owner] = struct{}{}
			sets[r.Owner+" "+r.Type] = struct{}{}
			types[r.Type]++
		}
		fmt.Println("records", len(a), "changed copy", len(b), "labels", len(labels), "rrsets", len(sets), types)
	case "many":
		os.MkdirAll(filepath.Join(*dir, "z"), 0o777)
		payload := func(file string, zone func(i int) (string, []zgen.Rec)) {
			create(filepath.Join(*dir, file), func(w *bufio.Writer) {
				w.WriteByte('[')
				for i := range *zones {
					o, r := zone(i)
					if i > 0 {
						w.WriteByte(',')
					}
					zgen.PleskZone(w, o, r)
				}
				w.WriteByte(']')
			})
		}
		payload("plesk.json", zgen.Panel)
		payload("plesk-changed.json", changed)
		for i := range *zones {
			o, r := zgen.Panel(i)
			name := strings.TrimSuffix(o, ".") + ".zone"
			create(filepath.Join(*dir, "z", name), func(w *bufio.Writer) { zgen.WriteZone(w, o, r) })
		}
	default:
		log.Fatal("gen zone|many ...")
	}
}

// changed is a panel zone of which one in a hundred has another address.
func changed(i int) (string, []zgen.Rec) {
	o, r := zgen.Panel(i)
	if i%100 == 7 {
		r[3].Data = "198.51.100.77"
	}
	return o, r
}
