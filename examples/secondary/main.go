// Command secondary follows zones at a primary and keeps them as zone files: package
// secondary within a program of one's own, in its smallest form. It knows nothing
// after it has ended; zonecast secondary does, with its ledger.
//
//	secondary -primary 127.0.0.1:5300 -dir zones example.com example.org
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

func main() {
	primary := flag.String("primary", "127.0.0.1:53", "the server that hands out the zones")
	dir := flag.String("dir", "zones", "the folder of the zone files")
	once := flag.Bool("once", false, "look once and end")
	flag.Parse()
	var list secondary.Static
	for _, name := range flag.Args() {
		list = append(list, zone.Name(name))
	}
	s := &secondary.Secondary{Name: "example", Primaries: []secondary.Primary{{Address: *primary}}, List: list, Logger: slog.Default()}
	target := provider.Syncer{Provider: &zonefile.Dir{Path: *dir}, Rules: zone.Mirror()}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := s.Run
	if *once {
		run = s.Once
	}
	err := run(ctx, func(ctx context.Context, ins []zone.Intent) error {
		for _, in := range ins {
			result, err := target.Sync(ctx, in)
			fmt.Print(result)
			if err != nil {
				return err // it is offered again
			}
		}
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
