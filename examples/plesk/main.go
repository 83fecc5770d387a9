// Command plesk is a custom DNS backend for Plesk in its simplest form, to start
// an extension from: it mirrors the panel's zones into a folder of zone files.
//
//	plesk [-dir ./zones] [-ns ns1.example.net,ns2.example.net] [-dry-run] [-approve DIGEST] < payload.json
//
// The files are its own: what Plesk does not have is not in them. It prints what
// it did to standard output and errors to standard error. Deletions that no
// ordinary panel work explains wait until the digest printed with them is
// approved. It ends with 0 when the files agree with the panel, 2 when a dry run
// found changes, 3 when something awaits approval or cannot be written, and 1 when
// something failed or was refused.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a panel that no longer listens does not end the work
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// patience is how long one zone may take.
const patience = time.Minute

func run(args []string, in io.Reader, out, problems io.Writer) int {
	flags := flag.NewFlagSet("plesk", flag.ContinueOnError)
	flags.SetOutput(problems)
	dir := zonefile.Dir{ID: plesk.Source}
	s := provider.Syncer{Provider: &dir, Rules: zone.Mirror(), Owner: plesk.Source}
	flags.StringVar(&dir.Path, "dir", "./zones", "folder of the zone files")
	dry := flags.Bool("dry-run", false, "show what would be done and do nothing")
	flags.Func("ns", "name servers, comma-separated, for zones that bring none", func(s string) (err error) {
		dir.NameServers, err = parseNames(s)
		return err
	})
	flags.Func("approve", "digest of a plan that was held, to be done now", func(text string) error {
		d, err := zone.ParseDigest(text)
		s.Approved = append(s.Approved, d)
		return err
	})
	if flags.Parse(args) != nil || flags.NArg() > 0 {
		return 1
	}
	do := s.Sync
	if *dry {
		do = s.Plan
	}
	code := 0
	for intent, err := range plesk.Decode(in) {
		if intent.Wish == nil && err != nil {
			fmt.Fprintln(problems, err)
			code = 1
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		result, err := do(ctx, intent)
		cancel()
		if err != nil {
			fmt.Fprintln(problems, err)
		}
		fmt.Fprint(out, result)
		code = provider.WorseExit(code, result.State.ExitCode())
	}
	return code
}

func parseNames(s string) (names []zone.Name, err error) {
	for word := range strings.SplitSeq(s, ",") {
		n, err := zone.ParseName(word)
		if err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return names, nil
}
