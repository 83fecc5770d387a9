package main

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/ledger"
	"github.com/zonecast/zonecast/provider"
)

// A disk is a small file system, which can be filled.
type disk struct {
	t    *testing.T
	path string
}

func newDisk(t *testing.T, path string) disk {
	testbed.NeedRoot(t)
	require.NoError(t, syscall.Mount("disk", path, "tmpfs", 0, "size=1m"))
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(path, 0)) })
	return disk{t, path}
}

const page = 4096 // what a tmpfs gives at once

func (d disk) filler() string { return filepath.Join(d.path, "filler") }

// fill leaves room for some pages.
func (d disk) fill(pages int) {
	f, err := os.Create(d.filler())
	require.NoError(d.t, err)
	defer f.Close()
	size := int64(0)
	for err == nil {
		_, err = f.Write(make([]byte, page))
		size += page
	}
	require.ErrorIs(d.t, err, syscall.ENOSPC)
	require.NoError(d.t, f.Truncate(size-int64(1+pages)*page))
}

// clear makes room again.
func (d disk) clear() { require.NoError(d.t, os.Remove(d.filler())) }

func TestWhereverTheDiskFillsUpWhatWasTakenIsDoneAndNothingTwice(t *testing.T) {
	s, d := newDiskSiege(t)
	s.document(never, func() {}) // there is a ledger
	met := map[fate]int{}
	step := 1
	if testing.Short() {
		step = 5
	}
	for pages := 0; pages < 40; pages += step {
		met[s.fill(d, pages)]++
		s.calm()
	}
	t.Log(met)
	if testing.Short() {
		return // it would be chance to meet all
	}
	for _, f := range []fate{lost, spooled, accepted, begun, done} {
		assert.Positive(t, met[f], "no document was %s", f)
	}
}

func TestADiskThatIsFullBeforeThereIsALedgerLosesNothingThatWasTaken(t *testing.T) {
	met := map[fate]int{}
	for _, pages := range []int{0, 1, 4, 10, 25, 80} {
		s, d := newDiskSiege(t)
		met[s.fill(d, pages)]++
		s.calm()
	}
	t.Log(met)
	assert.Positive(t, met[lost])
	assert.Positive(t, met[spooled])
}

func newDiskSiege(t *testing.T) (*siege, disk) {
	d := newDisk(t, t.TempDir())
	s := newSiegeIn(t, d.path)
	config := filepath.Join(d.path, standardFile)
	text, err := os.ReadFile(config)
	require.NoError(t, err)
	patient := strings.Replace(string(text), "wait: 200ms", "wait: 600ms", 1) // nobody is killed here, and a slow machine is no full disk
	require.NotEqual(t, string(text), patient)
	require.NoError(t, os.WriteFile(config, []byte(patient), 0o644))
	return s, d
}

// A fate is how far a document came.
type fate string

const (
	lost     fate = "lost"
	spooled  fate = "spooled"
	accepted fate = "accepted and not worked on"
	begun    fate = "begun and not settled"
	done     fate = "done"
)

// fill lets a process meet a disk with room for some pages, and makes room again.
func (s *siege) fill(d disk, pages int) fate {
	doc, text := s.payload()
	before := len(s.service.effects())
	d.fill(pages)
	began := time.Now()
	o := as(0, s.dir, restProgram, string(text), "plesk")
	assert.WithinDuration(s.t, began, time.Now(), 3*time.Second, "waiting makes no room")
	d.clear()
	f := s.fate(o)
	switch f {
	case lost, spooled:
		require.Len(s.t, s.service.effects(), before, "%s, and something was written: %s", f, o.text)
	default:
		require.Contains(s.t, []int{0, 1}, o.code, o.text)
	}
	if f != lost {
		maps.Copy(s.wanted, doc)
	}
	return f
}

// fate reads how far a document came from what the process said and what is in the
// ledger.
func (s *siege) fate(o outcome) (f fate) {
	switch {
	case strings.Contains(o.text, "the document is lost: "):
		assert.Equal(s.t, 1, o.code, o.text)
		return lost
	case strings.Contains(o.text, "the document waits in "):
		assert.Equal(s.t, 4, o.code, o.text)
		return spooled
	case o.code == 0:
		return done
	}
	assert.Contains(s.t, o.text, "disk is full")
	f = accepted
	s.ledger(func(l *ledger.Ledger, _ *sql.DB) {
		for _, name := range siegeZones {
			plans, err := l.Begun(s.t.Context(), "rest", name)
			require.NoError(s.t, err)
			if slices.ContainsFunc(plans, func(b provider.Begun) bool { return !b.Settled }) {
				f = begun
			}
		}
	})
	return f
}
