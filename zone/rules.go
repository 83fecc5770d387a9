package zone

// Rules say what may happen to data at the target that the source knows nothing
// of or differs from. The zero value never deletes or overwrites what is not
// ours.
type Rules struct {
	Foreign Foreign          // sets that we never wrote and the source does not have
	Adopt   Adopt            // sets that we never wrote and the source has otherwise
	Drift   Drift            // sets that we wrote and somebody changed
	SOA     Authority        // who decides the SOA
	ApexNS  Authority        // who decides the NS set of the apex
	Ignore  func(RRset) bool // sets that are nobody's business; may be nil
}

// Foreign is what happens to sets that we never wrote and the source does not
// have.
type Foreign uint8

const (
	ForeignKeep  Foreign = iota // they stay
	ForeignPurge                // they go
)

// Adopt is what happens where the target already has a set that we never wrote
// and that differs from the source's.
type Adopt uint8

const (
	AdoptHold Adopt = iota // it stays until somebody approves
	AdoptTake              // the source's takes its place, and what cannot stand beside it goes
)

// Drift is what happens to sets that were changed by hand after we wrote them
// and that the source has.
type Drift uint8

const (
	DriftRepair Drift = iota // the source's comes back
	DriftKeep                // the hand's change stays
)

// Authority is who decides a set that the zone cannot be without.
type Authority uint8

const (
	ByProvider Authority = iota // the target has its own, which is left alone
	BySource                    // the source's is written
)

// Mirror gives the rules of a target that holds nothing but the source's data,
// as a folder of zone files does: everything else goes.
func Mirror() Rules {
	return Rules{Foreign: ForeignPurge, Adopt: AdoptTake, SOA: BySource, ApexNS: BySource}
}

// decides reports whether the rules leave k to the source in the zone apex.
func (r Rules) decides(apex Name, k Key) bool {
	switch {
	case k.Type == SOA:
		return r.SOA == BySource
	case k.Type == NS && k.Name == apex:
		return r.ApexNS == BySource
	}
	return true
}

// ignores reports whether a set that is there, live or wanted, is nobody's
// business.
func (r Rules) ignores(sets ...RRset) bool {
	if r.Ignore == nil {
		return false
	}
	for _, s := range sets {
		if s.Name != "" && r.Ignore(s) {
			return true
		}
	}
	return false
}

// merges holds for the types whose values are independent of each other, so
// that ours and those of others stand side by side in one set.
func (t Type) merges() bool { return t == TXT || t == CAA }
