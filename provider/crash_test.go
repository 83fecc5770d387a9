package provider_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// killed is a ledger whose process dies before it can say what it did.
type killed struct{ *provider.MemoryLedger }

func (killed) Commit(context.Context, string, *zone.Base, bool, ...zone.Key) ([]zone.Name, error) {
	return nil, errors.New("killed")
}

func TestWhatACrashLeftBehindIsStillOurs(t *testing.T) {
	s := newStage(t, "@ 300 TXT token")
	whole := s.Ledger.(*provider.MemoryLedger)
	s.Ledger = killed{whole}
	_, err := s.Sync(context.Background(), replace(parse(t, "www 300 A 192.0.2.1\nold 300 A 192.0.2.2\n@ 300 TXT ours")))
	require.Error(t, err)
	require.NotNil(t, s.Get(example))
	s.Ledger = whole
	says(t, s.sync("www 300 A 192.0.2.9"), provider.Agreed,
		`- example.com. 300 TXT "ours"`, "- www.example.com. 300 A 192.0.2.1", "+ www.example.com. 300 A 192.0.2.9", "- old.example.com. 300 A 192.0.2.2")
	s.has("www 300 A 192.0.2.9\n@ 300 TXT token")
}

// Somebody puts a token beside what was just written, before it is read back.
func TestWhatComesBetweenWritingAndReadingBackIsNotTakenAway(t *testing.T) {
	s := newStage(t, "")
	writes := 0
	s.Lose = func(step string, at provider.Point) error {
		if step == "write" {
			if writes++; writes == 1 {
				s.Put(parse(t, "@ 300 TXT ours\n@ 300 TXT token"))
			}
		}
		return nil
	}
	assert.Equal(t, provider.Agreed, s.sync("@ 300 TXT ours\nwww 300 A 192.0.2.1").State)
	s.has("@ 300 TXT ours\n@ 300 TXT token\nwww 300 A 192.0.2.1")
	assert.True(t, s.sync("@ 300 TXT ours\nwww 300 A 192.0.2.1").Plan.Empty())
	s.sync("www 300 A 192.0.2.1")
	s.has("@ 300 TXT token\nwww 300 A 192.0.2.1")
}
