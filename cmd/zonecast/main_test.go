package main

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// commands are programs that this test binary is when it is called by their names.
var commands = map[string]func(){"zonecast": main}

func TestMain(m *testing.M) { testscript.Main(m, commands) }

// TestStories tells what the program does, in files that read from top to bottom.
// The commands that they know beside those of testscript:
//
//	ends CODE PROGRAM ARG…   runs a program and wants it to end with CODE
//	approve ZONE             approves what was held, by the digest in what was printed last
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds:          map[string]func(*testscript.TestScript, bool, []string){"ends": ends, "approve": approve},
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

var digest = regexp.MustCompile(`awaiting approval ([0-9a-f]{64})`)

func approve(ts *testscript.TestScript, neg bool, args []string) {
	m := digest.FindStringSubmatch(ts.ReadFile("stdout"))
	if m == nil {
		ts.Fatalf("nothing was held")
	}
	ends(ts, neg, []string{"0", "zonecast", "approve", "--target", "local", args[0], m[1]})
}
