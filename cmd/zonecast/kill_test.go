//go:build unix

package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/examples/newdriver"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// restProgram is the program with a driver that only these tests have.
const restProgram = "zonecast-rest"

func init() { commands[restProgram] = restMain }

type restOptions struct {
	URL string `yaml:"url"`
}

func restMain() {
	config.Register("rest", provider.Traits{}, func(o restOptions) (provider.Provider, error) {
		return &newdriver.Provider{URL: o.URL, Key: "key"}, nil
	})
	main()
}

func TestKilledAtAnyMomentTheProgramLosesNothingAndRepeatsNothing(t *testing.T) {
	kills := int32(200)
	if testing.Short() {
		kills = 30
	}
	s := newSiege(t)
	for s.killed.Load() < kills {
		for range 10 {
			s.round()
		}
		s.calm()
	}
	t.Logf("%d processes were killed, %d before their document was accepted; %d sets were written, %d of them for a dead process",
		s.killed.Load(), s.unheard, len(s.service.effects()), s.late)
}

func TestKilledWhileItMakesItsLedgerTheProgramLeavesOneThatWorks(t *testing.T) {
	times, unheard := 30, 0
	if testing.Short() {
		times = 5
	}
	for range times {
		s := newSiege(t)
		s.document(rand.N(20*time.Millisecond), func() {})
		s.service.quiet(t)
		s.document(never, func() {})
		s.calm()
		unheard += s.unheard
	}
	t.Logf("%d of %d documents were not accepted", unheard, times)
}

var siegeZones = []zone.Name{"a.example.", "b.example.", "c.example."}

// A siege is a history of one ledger and one service, and of many processes that
// die between them.
//
// What was accepted is what the ledger says when the process is dead: one that was
// killed may have got its document into it or not, but in whole or not at all. One
// that ended by itself has it there. From then on the siege knows, and the ledger
// is held to it.
type siege struct {
	t       *testing.T
	dir     string
	service *restService
	serial  int64
	wanted  map[zone.Name]*zone.Zone // accepted last
	foreign map[zone.Name]*zone.Zone // what others put there

	life          time.Duration // of a process that is not killed, at the most
	killed        atomic.Int32  // processes
	unheard, late int           // documents that were not accepted, effects after a death
}

func newSiege(t *testing.T) *siege { return newSiegeIn(t, t.TempDir()) }

func newSiegeIn(t *testing.T, dir string) *siege {
	s := &siege{t: t, dir: dir, serial: time.Now().Unix(), life: 150 * time.Millisecond,
		wanted: map[zone.Name]*zone.Zone{}, foreign: map[zone.Name]*zone.Zone{}}
	var zones []*zone.Zone
	for _, name := range siegeZones {
		s.foreign[name] = s.parse(name, "@ 300 NS ns.service.example.\nold 300 A 192.0.2.200")
		zones = append(zones, s.foreign[name])
	}
	s.service = newRestService(t, zones...)
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, standardFile), []byte(`
ledger: sqlite:./ledger.db
targets: [{name: rest, driver: rest, options: {url: "`+s.service.URL+`"}}]
policy: {limits: {share: 1, free: 100}}
plesk: {wait: 200ms}
`), 0o644))
	return s
}

func (s *siege) parse(name zone.Name, text string) *zone.Zone {
	z, err := zone.Parse(name, text)
	require.NoError(s.t, err)
	return z
}

// once is true once in n times.
func once(n int) bool { return rand.IntN(n) == 0 }

// round is the life of a process with a document, at times with one beside it that
// works on what is owed. What the dead held may still stand in their way.
func (s *siege) round() {
	if once(3) {
		s.byHand()
	}
	if once(2) {
		s.pass()
	}
	var wg sync.WaitGroup
	if once(3) {
		death := s.moment()
		wg.Go(func() { s.process(nil, death, "run", "--once") })
	}
	death := s.moment()
	if once(6) {
		death = never
	}
	s.document(death, wg.Wait)
	before := len(s.service.effects())
	s.service.quiet(s.t)
	s.late += len(s.service.effects()) - before
}

// document sends new states of some zones to a process. What became of them is
// asked when nobody lives any more: until then SQLite may not show what a process
// wrote before it was killed, and show it when the file is opened anew.
func (s *siege) document(death time.Duration, wait func()) {
	doc, text := s.payload()
	code := s.process(text, death, "plesk")
	wait()
	s.hear(doc, code)
}

// moment is how long a process lives: often so briefly that it does little.
func (s *siege) moment() time.Duration { return rand.N(s.life >> rand.IntN(3)) }

const never = time.Duration(-1)

// process gives what a process ends with, -1 if it was killed.
func (s *siege) process(stdin []byte, death time.Duration, args ...string) int {
	var text bytes.Buffer
	cmd := exec.Command(restProgram, args...)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.dir, bytes.NewReader(stdin), &text, &text
	if err := cmd.Start(); !assert.NoError(s.t, err) {
		return 1
	}
	if death != never {
		defer time.AfterFunc(death, func() { cmd.Process.Kill() }).Stop()
	}
	began := time.Now()
	_ = cmd.Wait()
	code := cmd.ProcessState.ExitCode()
	switch {
	case code == -1:
		s.killed.Add(1)
	case death == never:
		s.life = max(s.life, time.Since(began))
	}
	assert.Contains(s.t, []int{-1, 0, 4}, code, text.String())
	return code
}

// payload makes new states of some zones, and says them as Plesk does.
func (s *siege) payload() (map[zone.Name]*zone.Zone, []byte) {
	var ins []zone.Intent
	for _, i := range rand.Perm(len(siegeZones))[:1+rand.IntN(len(siegeZones))] {
		ins = append(ins, zone.Intent{Zone: siegeZones[i], Wish: zone.Replace{Zone: s.state(siegeZones[i])}})
	}
	var text bytes.Buffer
	require.NoError(s.t, plesk.Encode(&text, ins...))
	doc := map[zone.Name]*zone.Zone{}
	for in, err := range plesk.Decode(bytes.NewReader(text.Bytes())) {
		require.NoError(s.t, err)
		doc[in.Zone] = in.Wish.(zone.Replace).Zone
	}
	return doc, text.Bytes()
}

// state makes a new state of a zone, or at times the old one again: a few hosts, a
// name that is a CNAME or an address, and a text beside those of others.
func (s *siege) state(name zone.Name) *zone.Zone {
	if old := s.wanted[name]; old != nil && once(5) {
		return old
	}
	s.serial++
	text := fmt.Sprintf("@ 300 SOA ns1.example.net. hostmaster.example.net. %d 10800 3600 604800 10800\n@ 300 NS ns1.example.net.\n", s.serial)
	if once(2) {
		text += fmt.Sprintf("@ 300 TXT \"v=spf1 ip4:192.0.2.%d -all\"\n", rand.IntN(200))
	}
	for i := range 4 {
		if once(2) {
			text += fmt.Sprintf("h%d 300 A 192.0.2.%d\n", i, rand.IntN(200))
		}
	}
	if once(2) {
		return s.parse(name, text+"www 300 CNAME h0\n")
	}
	return s.parse(name, text+fmt.Sprintf("www 300 A 192.0.2.%d\nwww 300 AAAA 2001:db8::%d\n", rand.IntN(200), rand.IntN(200)))
}

// byHand puts something beside what is ours.
func (s *siege) byHand() {
	name := siegeZones[rand.IntN(len(siegeZones))]
	add := s.parse(name, fmt.Sprintf("%s 300 TXT \"token-%d\"", []string{"@", "_acme-challenge"}[rand.IntN(2)], rand.IntN(100)))
	s.service.byHand(s.t, add)
	s.foreign[name] = merged(s.t, s.foreign[name], add)
}

// ledger works with the database; nothing is done where there is none yet.
func (s *siege) ledger(do func(*ledger.Ledger, *sql.DB)) {
	path := filepath.Join(s.dir, "ledger.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return
	}
	db, err := sql.Open("sqlite", ledger.SQLite.Source(path))
	require.NoError(s.t, err)
	defer db.Close()
	l, err := ledger.Open(s.t.Context(), db, ledger.SQLite)
	require.NoError(s.t, err)
	do(l, db)
}

// pass lets two minutes pass, as far as the ledger can tell: the leases of the dead
// are over, and what they were at may be looked at. Nobody is alive meanwhile and
// the service is quiet, so nothing else would come of waiting.
func (s *siege) pass() {
	s.ledger(func(_ *ledger.Ledger, db *sql.DB) {
		for _, clock := range []string{"lease SET until = until", "plan SET at = at", "queue SET next = next", "target SET until = until", "zone SET accepted_at = accepted_at"} {
			_, err := db.Exec("UPDATE " + clock + " - 120")
			require.NoError(s.t, err)
		}
	})
}

// hear asks the ledger what it knows, after a process with a document has ended.
func (s *siege) hear(doc map[zone.Name]*zone.Zone, code int) {
	newest := map[zone.Name]*zone.Zone{}
	s.ledger(func(l *ledger.Ledger, _ *sql.DB) {
		for _, name := range siegeZones {
			newest[name] = s.newest(l, name)
		}
	})
	accepted := true
	for name, z := range doc {
		accepted = accepted && newest[name].Equal(z)
	}
	switch {
	case accepted || code >= 0:
		for name, z := range doc {
			s.wanted[name] = z
		}
	default:
		s.unheard++
	}
	for _, name := range siegeZones {
		require.True(s.t, newest[name].Equal(s.wanted[name]), "%s: accepted was\n%s\nthe ledger has\n%s", name, s.wanted[name], newest[name])
	}
}

// newest gives what was wished last of a zone, done or owed.
func (s *siege) newest(l *ledger.Ledger, name zone.Name) *zone.Zone {
	ctx := context.Background()
	ins, err := l.Owed(ctx, "rest", name)
	require.NoError(s.t, err)
	wish, _, err := l.Wish(ctx, "rest", name)
	require.NoError(s.t, err)
	if len(ins) > 0 {
		wish = ins[len(ins)-1].Wish
	}
	r, _ := wish.(zone.Replace)
	return r.Zone
}

// calm lets the program do what it owes, and looks at what came of it all.
func (s *siege) calm() {
	s.pass()
	require.Zero(s.t, s.process(nil, never, "run", "--once"))
	for _, name := range siegeZones {
		live, want := s.service.live(name), s.foreign[name]
		if w := s.wanted[name]; w != nil {
			want = merged(s.t, want, w.Only(func(r zone.RRset) bool { return !r.Key.IsAuthority(name) }))
		}
		require.True(s.t, live.Equal(want), "%s\n%s", name, zone.Diff(live, want))
	}
	for _, e := range s.service.effects() {
		require.False(s.t, e.refused || e.was.Equal(e.is), "%v", e)
	}
}
