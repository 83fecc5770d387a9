package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestStories tells what becomes of each payload, in files that read from top to
// bottom. The commands that they know beside those of testscript:
//
//	plesk CODE PAYLOAD FLAG…   runs the program and wants it to end with CODE
//	load FOLDER FLAG…          wants files, and servers to load every one; flags are for BIND's checker
//	later PAYLOAD              lets an hour pass: Plesk's serial is the time of sending
//	old FOLDER                 makes every file an hour old, so that a touch shows
//	untouched FOLDER           wants every file to be as old left it
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/stories",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"plesk": runPlesk, "load": load, "later": later, "old": makeOld, "untouched": untouched,
		},
	})
}

func runPlesk(ts *testscript.TestScript, neg bool, args []string) {
	in, err := os.Open(ts.MkAbs(args[1]))
	ts.Check(err)
	defer in.Close()
	flags := args[2:]
	for i := range flags {
		if i > 0 && flags[i-1] == "-dir" {
			flags[i] = ts.MkAbs(flags[i])
		}
	}
	var out, problems bytes.Buffer
	code := run(flags, in, &out, &problems)
	fmt.Fprint(ts.Stdout(), out.String())
	fmt.Fprint(ts.Stderr(), problems.String())
	if want := args[0]; strconv.Itoa(code) != want {
		ts.Fatalf("ended with %d, want %s\n%s%s", code, want, &out, &problems)
	}
}

func zoneFiles(ts *testscript.TestScript, dir string) []string {
	files, err := filepath.Glob(filepath.Join(ts.MkAbs(dir), "*.zone"))
	ts.Check(err)
	return files
}

func load(ts *testscript.TestScript, neg bool, args []string) {
	files := zoneFiles(ts, args[0])
	if len(files) == 0 {
		ts.Fatalf("no zone file was written to %s", args[0])
	}
	bind := append([]string{"named-checkzone", "-q", "-k", "fail"}, args[1:]...)
	for _, file := range files {
		zone := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".zone"), "%2f", "/")
		for _, checker := range [][]string{bind, {"kzonecheck", "-o"}, {"nsd-checkzone"}} {
			check(ts, append(slices.Clip(checker), zone, file))
		}
	}
}

func check(ts *testscript.TestScript, words []string) {
	if _, missing := exec.LookPath(words[0]); missing != nil && os.Getenv("CI") == "" {
		ts.Logf("not checked: there is no %s on this machine", words[0])
		return
	}
	if out, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		ts.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, out)
	}
}

var serial = regexp.MustCompile(`"serial": ?"?(\d+)`)

func later(ts *testscript.TestScript, neg bool, args []string) {
	file := ts.MkAbs(args[0])
	text, err := os.ReadFile(file)
	ts.Check(err)
	ts.Check(os.WriteFile(file, anHourLater(text), 0o644))
}

func anHourLater(payload []byte) []byte {
	return serial.ReplaceAllFunc(payload, func(m []byte) []byte {
		digits := serial.FindSubmatch(m)[1]
		n, _ := strconv.ParseUint(string(digits), 10, 32)
		return bytes.Replace(m, digits, strconv.AppendUint(nil, n+3600, 10), 1)
	})
}

var longAgo = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func makeOld(ts *testscript.TestScript, neg bool, args []string) {
	for _, f := range zoneFiles(ts, args[0]) {
		ts.Check(os.Chtimes(f, longAgo, longAgo))
	}
}

func untouched(ts *testscript.TestScript, neg bool, args []string) {
	for _, f := range zoneFiles(ts, args[0]) {
		info, err := os.Stat(f)
		ts.Check(err)
		if !info.ModTime().Equal(longAgo) {
			ts.Fatalf("%s was written", f)
		}
	}
}

func TestAnyPayloadTwiceChangesNothing(t *testing.T) {
	files, err := filepath.Glob("../../plesk/testdata/payloads/*.json")
	require.NoError(t, err)
	require.Len(t, files, 30)
	for _, file := range files {
		payload, err := os.ReadFile(file)
		require.NoError(t, err)
		dir := t.TempDir()
		mustRun(t, payload, dir)
		before := snapshot(t, dir)
		second := mustRun(t, anHourLater(payload), dir)
		assert.NotRegexp(t, `(?m)^[-+~] `, second, "%s: the second plan is not empty", file)
		assert.Equal(t, before, snapshot(t, dir), "%s: a file changed", file)
	}
}

func mustRun(t *testing.T, payload []byte, dir string) string {
	var out, problems bytes.Buffer
	run([]string{"-dir", dir, "-ns", "ns1.example.net"}, bytes.NewReader(payload), &out, &problems)
	assert.Empty(t, problems.String())
	return out.String()
}

// snapshot holds the bytes and the times of all zone files.
func snapshot(t *testing.T, dir string) map[string]string {
	all := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.zone"))
	require.NoError(t, err)
	for _, f := range files {
		info, err := os.Stat(f)
		require.NoError(t, err)
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		all[filepath.Base(f)] = info.ModTime().String() + "\n" + string(text)
	}
	return all
}

func TestBadFlagsAreErrors(t *testing.T) {
	for _, args := range [][]string{{"-nonsense"}, {"-ns", "a..b"}, {"-approve", "abc"}, {"more"}} {
		var out, problems bytes.Buffer
		assert.Equal(t, 1, run(args, strings.NewReader("[]"), &out, &problems))
	}
}
