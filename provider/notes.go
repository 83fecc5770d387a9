package provider

import (
	"context"

	"github.com/zonecast/zonecast/zone"
)

// Notes keep what a driver wants to know again in its next process: a short text
// for each zone, as the id that the service has given it. A note is a hint that
// saves calls; nothing is lost with it, and no secret is in it.
type Notes interface {
	// Note is what was noted of the zone; "" where nothing was.
	Note(ctx context.Context, name zone.Name) (string, error)
	// SetNote replaces it; "" forgets.
	SetNote(ctx context.Context, name zone.Name, note string) error
}

// A Noter has notes to keep. TakeNotes is called before its first use.
type Noter interface {
	TakeNotes(n Notes)
}
