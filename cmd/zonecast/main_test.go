package main

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/zonecast/zonecast/ledger"
)

// commands are programs that this test binary is when it is called by their names.
var commands = map[string]func(){"zonecast": main}

func TestMain(m *testing.M) { testscript.Main(m, commands) }

// TestStories tells what the program does, in files that read from top to bottom.
// The commands that they know beside those of testscript:
//
//	ends CODE PROGRAM ARG…   runs a program and wants it to end with CODE
//	approve TARGET ZONE      approves what was held, by the digest in what was printed last
//	approve-like TARGET      the same for all zones, by the shape that status printed last
//	primary FOLDER           serves master files over DNS, at what is written into the file address
//	authority NAME FOLDER    answers for master files as a name server, at the address in $NAME
//	later                    lets the minute pass in which a service may show the past
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"ends": ends, "approve": approve, "approve-like": approveLike, "later": later, "primary": primary, "authority": authority},
	})
}

func ends(ts *testscript.TestScript, neg bool, args []string) {
	code := 0
	err := ts.Exec(args[1], args[2:]...)
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		code = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("ended with %d, want %s", code, want)
	}
}

var (
	digest = regexp.MustCompile(`awaiting approval ([0-9a-f]{64})`)
	shape  = regexp.MustCompile(`--all-like ([0-9a-f]{64})`)
)

// printed finds a digest in what was printed last.
func printed(ts *testscript.TestScript, where *regexp.Regexp) string {
	m := where.FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("nothing was held")
	}
	return m[1]
}

func approve(ts *testscript.TestScript, neg bool, args []string) {
	ends(ts, neg, []string{"0", "zonecast", "approve", "--target", args[0], args[1], printed(ts, digest)})
}

func later(ts *testscript.TestScript, _ bool, _ []string) {
	db, err := sql.Open("sqlite", ledger.SQLite.Source(ts.MkAbs("zonecast.db")))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(`UPDATE plan SET at = at - 100`)
	ts.Check(err)
}

func approveLike(ts *testscript.TestScript, neg bool, args []string) {
	ends(ts, neg, []string{"0", "zonecast", "approve", "--target", args[0], "--all-like", printed(ts, shape)})
}
