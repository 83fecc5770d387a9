package secondary

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

func TestOnlyAListThatIsWithoutAZoneForTenMinutesRemovesIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.", "b.example.")
		b.run(t)
		time.Sleep(time.Second)
		b.target.told()
		b.list.set("a.example.")
		time.Sleep(9 * time.Minute)
		assert.Empty(t, b.target.told())
		b.list.set("a.example.", "b.example.")
		time.Sleep(2 * time.Minute)
		b.list.set("a.example.")
		time.Sleep(9 * time.Minute)
		assert.Empty(t, b.target.told(), "it was back in between")
		time.Sleep(4 * time.Minute)
		assert.Equal(t, []string{"b.example. Remove"}, b.target.told())
		b.list.set("a.example.", "b.example.")
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"b.example. Replace"}, b.target.told())
	})
}

func TestSinglePassesRemoveAsWell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.", "b.example.")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.target.told()
		b.list.set("a.example.")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Empty(t, b.target.told())
		time.Sleep(11 * time.Minute)
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Equal(t, []string{"b.example. Remove"}, b.target.told())
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		assert.Empty(t, b.target.told())
	})
}

func TestAListThatCannotBeUsedChangesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.", "b.example.")
		b.run(t)
		time.Sleep(time.Second)
		b.target.told()
		b.list.set()
		time.Sleep(time.Hour)
		b.list.mu.Lock()
		b.list.err = errors.New("half of it is there")
		b.list.mu.Unlock()
		time.Sleep(time.Hour)
		assert.Empty(t, b.target.told())
		b.primary.set(t, "b.example.", 2, "www 300 A 192.0.2.2")
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"b.example. Patch"}, b.target.told(), "what is known is still followed")
	})
}

func TestWhoStartsWithoutAListFollowsWhatIsKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.")
		require.NoError(t, b.Once(t.Context(), b.target.hand))
		b.target.told()
		b.list.set()
		b.run(t)
		b.primary.set(t, "a.example.", 2, "www 300 A 192.0.2.2")
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"a.example. Patch"}, b.target.told())
	})
}

func TestOfManyLostZonesNoneIsRemoved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var zones []zone.Name
		for i := range 20 {
			zones = append(zones, zone.Name(fmt.Sprintf("z%d.example.", i)))
		}
		b := newBed(t, zones...)
		b.Removals.Most = 5
		b.run(t)
		time.Sleep(time.Second)
		b.target.told()
		b.list.set(zones[6:]...)
		time.Sleep(24 * time.Hour)
		assert.Empty(t, b.target.told())
		b.list.set(zones[5:]...)
		time.Sleep(12 * time.Minute)
		assert.Len(t, b.target.told(), 5)
	})
}

func TestAZoneThatNeverCameIsNotRemoved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "a.example.")
		b.list.set("a.example.", "nothing.example.")
		b.run(t)
		time.Sleep(time.Minute)
		b.target.told()
		b.list.set("a.example.")
		time.Sleep(time.Hour)
		assert.Empty(t, b.target.told())
	})
}

func TestListFiles(t *testing.T) {
	for text, want := range map[string]string{
		"example.com\nEXAMPLE.org.\r\n\n# all of them\nb\xc3\xbccher.example # IDN\nexample.com\n": "[example.com. example.org. xn--bcher-kva.example.]",
		"\xef\xbb\xbfexample.com\n": "[example.com.]",
		"":                          "the list has no zones",
		"# nothing\n\n":             "the list has no zones",
		"example.com\nexample.or":   "the last line has no end: the list was cut, or is being written",
		"example.com\n<html>\n":     `line 2: "<html>": has what no name of a zone has`,
		"example.com\na b\n":        `line 2: name "a b": has a blank or control character that is not escaped`,
		"example.com\n\x00\x00\n":   `line 2: name "\x00\x00": has a blank or control character that is not escaped`,
		"example.com\n.\n":          "line 2: the root is no zone to follow",
		"a..b\n":                    `line 1: name "a..b": has an empty label`,
	} {
		entries, err := ParseList([]byte(text))
		if err != nil {
			assert.EqualError(t, err, want)
			continue
		}
		var names []zone.Name
		for _, e := range entries {
			names = append(names, e.Name)
		}
		if want != "" {
			assert.Equal(t, want, fmt.Sprint(names))
		}
	}
}

// FuzzList: a list is read, or refused; what is read reads back.
func FuzzList(f *testing.F) {
	f.Add([]byte("example.com\n# x\nexample.org.\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		entries, err := ParseList(text)
		if err != nil {
			require.Empty(t, entries)
			return
		}
		again := ""
		for _, e := range entries {
			again += string(e.Name) + "\n"
		}
		got, err := ParseList([]byte(again))
		require.NoError(t, err)
		require.Equal(t, entries, got)
	})
}

// A target that is new gets what is here, although no primary answers; and what is
// suspect or signed is no other than before.
func TestWhatIsHereIsHandedOnToWhoWasNotToldOfIt(t *testing.T) {
	for _, once := range []bool{true, false} {
		bubble(t, func(t *testing.T) {
			b := newBed(t, "a.example.", "b.example.", "c.example.", "d.example.")
			b.primary.set(t, "d.example.", 2, aKey)
			b.DNSSEC = Hold
			require.NoError(t, b.Once(t.Context(), b.target.hand))
			b.target.told()
			b.Untold = func(context.Context) ([]zone.Name, error) {
				return []zone.Name{"a.example.", "b.example.", "d.example.", "unknown.example."}, nil
			}
			b.Poll = 10 * time.Minute
			b.Takes = func(e Entry) bool { return e.Name != "b.example." }
			b.primary.stop()
			if once {
				require.Error(t, b.Once(t.Context(), b.target.hand))
			} else {
				b.run(t)
				time.Sleep(11 * time.Minute)
				assert.Zero(t, zoneStatus(t, b.Secondary, "a.example.").Checked, "no primary has said that it is as it was")
				assert.Equal(t, Stale, zoneStatus(t, b.Secondary, "c.example.").Condition)
				time.Sleep(8 * 24 * time.Hour)
				assert.Equal(t, Expired, zoneStatus(t, b.Secondary, "a.example.").Condition)
			}
			b.target.mu.Lock()
			assert.Equal(t, zone.Refused, b.target.ins[1].Findings[0].Level)
			b.target.mu.Unlock()
			assert.Equal(t, []string{"a.example. Replace", "d.example. Replace"}, b.target.told())
		})
	}
}
