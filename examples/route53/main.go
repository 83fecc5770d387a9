// Command route53 is a custom DNS backend for Plesk that keeps the panel's zones at
// Amazon Route 53, with a ledger so that it knows what is ours and what is not.
//
//	route53 ledger.db < payload.json
//
// Credentials come from where every AWS program has them. It ends as examples/plesk
// does, with 1 also where there is no ledger.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	_ "modernc.org/sqlite"

	"github.com/zonecast/zonecast/drivers/route53"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/provider"
)

func main() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", ledger.SQLite.Source(append(os.Args, "ledger.db")[1]))
	exitOn(err)
	l, err := ledger.Open(ctx, db, ledger.SQLite)
	exitOn(err)
	p, err := route53.New(ctx, route53.Config{Owner: plesk.Source, DelegationSet: os.Getenv("DELEGATION_SET")})
	exitOn(err)
	s := provider.Syncer{Target: "route53", Provider: p, Owner: plesk.Source, Ledger: l}
	code := 0
	for intent, err := range plesk.Decode(os.Stdin) {
		if intent.Wish == nil && err != nil {
			fmt.Fprintln(os.Stderr, err) // this command cannot be read; the next one can
			code = 1
			continue
		}
		result, _ := s.Sync(ctx, intent)
		fmt.Print(result) // the plan, what was found on the way, and what failed
		code = provider.WorseExit(code, result.State.ExitCode())
	}
	os.Exit(code)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
