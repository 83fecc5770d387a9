// Command zonecast keeps DNS zones at third-party services equal to what a source
// of truth says, and never deletes or overwrites what it did not write.
//
//	zonecast plesk < payload.json     what Plesk says to a custom DNS backend
//	zonecast secondary [--once]       what primaries hand out by transfer
//	zonecast force --source S [ZONE…] take what primaries have, whose serials went backwards
//	zonecast plan ZONEFILE…           what would change
//	zonecast sync ZONEFILE…           make it so
//	zonecast run [--once]             work on what is owed
//	zonecast status [--check]         what needs attention
//	zonecast retry [TARGET]           try again what failed
//	zonecast approve --target T ZONE DIGEST, or --all-like SHAPE
//	zonecast why ZONE [NAME TYPE]     why a zone is as it is
//	zonecast verify ZONE [NAME TYPE]  whether the servers of a zone serve what was written
//	zonecast export TARGET ZONE       a live zone as a master file
//	zonecast drivers                  what targets can hold
//	zonecast check                    the configuration and the credentials
//	zonecast man DIR                  the manual pages
//
// Without --config it reads zonecast.yaml in the current folder; where there is no
// such file the zones are kept as files in ./zones. Package config says what may
// stand in it.
//
// # Exit codes
//
// A process ends with the worst that it met: 1 something failed or was refused, 3
// something is held or blocked, 4 something is owed and will be tried again, 2 a dry
// run found changes, 0 all agrees. status says so only with --check.
//
// # JSON
//
// With --json each line of standard output is one object. Its kind says which. What
// stands here stays; more may come.
//
//	{"kind":"result","target":"local","zone":"example.com.","state":"held","plan":{…},"held":{…},"digest":"…",
//	 "findings":[{"level":"blocked","key":{…},"text":"…"}],"name_servers":["…"],"error":"…"}
//	{"kind":"standing","target":"local","zone":"example.com.","state":"owed","reason":"…","since":"…","owed":1,
//	 "attempts":2,"next":"…","held":"DIGEST","shape":"DIGEST","missing":"served by 2 of 3 servers; …","missing_since":"…","seen":"…"}
//	{"kind":"break","target":"local","blocked":true,"reason":"…","since":"…","until":"…"}
//	{"kind":"summary","zones":{"owed":1,"held":2},"oldest_owed":"…"}
//	{"kind":"heartbeat","of":"run","at":"…"}
//	{"kind":"spool","documents":1}
//	{"kind":"why","target":"local","zone":"example.com.","sets":[{"name":"…","type":"A","verdict":"ours","rule":"drift: repair",
//	 "base":{"ttl":300,"data":["…"]},"live":{…},"want":{…}}]}
//	{"kind":"owner","target":"local","zone":"example.com.","owner":"…","ours":true}
//	{"kind":"last","target":"local","zone":"example.com.","at":"…","run":"…","settled":true,"plan":{…}}
//	{"kind":"server","zone":"example.com.","name":"ns1.example.net.","address":"192.0.2.1:53","verdict":"pending","serial":12,
//	 "reason":"…","sets":[{"name":"…","type":"A","verdict":"pending","has":"192.0.2.80"}]}
//	{"kind":"finding","zone":"example.com.","level":"blocked","text":"example.com. is not delegated: …"}
//	{"kind":"driver","driver":"zonefile","service":"zone files","types":["A"],"min_ttl":0,"max_ttl":0,"authority":true,
//	 "whole":"a plan","calls":"…","creates":true,"marks":true,"traps":["…"]}
//	{"kind":"zone","source":"crm","zone":"example.com.","condition":"stale","serial":7,"theirs":8,"from":"…","got":"…","checked":"…",
//	 "next":"…","reason":"…","address":"…","code":"REFUSED","since":"…","failures":2}
//	{"kind":"forced","source":"crm","zones":3}
//	{"kind":"check","target":"local","error":"…"}
//
// Plans are as package zone writes them. What is empty is left out.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	signal.Ignore(syscall.SIGPIPE) // a panel that no longer listens does not end the work
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, in io.Reader, out, problems io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{in: in, out: out, problems: problems, level: slog.LevelWarn}
	c := p.commands()
	c.SetArgs(args)
	c.SetOut(out)
	c.SetErr(problems)
	if err := c.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(problems, "zonecast:", err)
		p.end(1)
	}
	return p.exitCode()
}
