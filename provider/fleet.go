package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// A Fleet bounds how many zones of a target may get smaller in a day. A source whose
// template is spoilt takes little from each zone, which zone.Limits let pass, and it takes
// that from all. What goes beyond is held, zone by zone; what comes, and what becomes
// another, goes on. It needs a Ledger. The zero value lets 100 zones, or 2 % of those of the
// target.
type Fleet struct {
	Share float64 // of the zones that the ledger knows at the target, 0 to 1; 0 is 0.02, 1 is all
	Free  int     // zones that may in any case; 0 is 100
}

const (
	defaultFleetShare = 0.02
	defaultFleetFree  = 100
)

// Allows gives how many of so many zones may get smaller in a day.
func (f Fleet) Allows(zones int) int {
	share, free := f.Share, f.Free
	if share <= 0 {
		share = defaultFleetShare
	}
	if free <= 0 {
		free = defaultFleetFree
	}
	return max(free, int(share*float64(zones)))
}

// inFleet gives a decision as far as the limit for all zones of the target allows.
func (j *job) inFleet(ctx context.Context, d decision) (decision, error) {
	if j.Ledger == nil || j.dry || !d.now.Shrinks() || slices.Contains(j.Approved, j.beyond(d).held.Digest()) {
		return d, nil
	}
	others, zones, err := j.Ledger.Shrink(ctx, j.lease, j.Fleet.Allows)
	if err != nil {
		return d, fmt.Errorf("ledger: %w", err)
	}
	if allowed := j.Fleet.Allows(zones); others >= allowed {
		d = j.beyond(d)
		j.say(zone.Blocked, zone.Key{}, "%d deletions are held: %d other zones of this target have got smaller within a day, and %d of %d may", len(d.held.Changes), others, allowed, zones)
	}
	return d, nil
}

// beyond is a decision beyond the limit: what takes data away is held. A zone that brings
// its signatures is held whole.
func (j *job) beyond(d decision) decision {
	goal := d.target.Apply(d.held)
	if d.now, _ = d.now.HoldLosses(); d.want.Presigned() {
		d.now = zone.Plan{Zone: j.name}
	}
	d.target = d.live.Apply(d.now)
	d.held = zone.Diff(d.target, goal)
	return d
}
