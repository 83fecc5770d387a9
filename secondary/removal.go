package secondary

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// Removals says when a zone that the list has lost is removed. The list has to be
// without it twice, some time apart and each time in between; and where it has lost
// many at once, somebody has to look.
type Removals struct {
	After time.Duration // how far apart; 0 is 10 minutes, and less than that is 10 minutes, too
	Most  int           // zones that may be lost at a time; 0 is 10, negative: none
}

const (
	leastAfter  = 10 * time.Minute
	defaultMost = 10
)

// judge says of zones that the list does not have which are to be removed now, and
// why none is, where there are too many.
func (r Removals) judge(lost []Copy, now time.Time) (ripe []zone.Name, held string) {
	most := max(cmp.Or(r.Most, defaultMost), 0)
	if len(lost) > most {
		return nil, fmt.Sprintf("the list has lost %d zones, and no more than %d may be removed at a time: none is", len(lost), most)
	}
	for _, c := range lost {
		if !c.Gone.IsZero() && now.Sub(c.Gone) >= max(r.After, leastAfter) {
			ripe = append(ripe, c.Zone)
		}
	}
	slices.SortFunc(ripe, zone.Compare)
	return ripe, ""
}
