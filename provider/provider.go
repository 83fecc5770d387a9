package provider

import (
	"context"
	"iter"

	"github.com/zonecast/zonecast/zone"
)

// A Provider speaks for one account or server at a DNS service. Its methods may
// be called at the same time from several goroutines.
type Provider interface {
	// Zone reads the whole zone or gives an error: a zone that could not be read
	// to its end is never a short one. A zone that the service does not have is
	// ErrNoZone. What the model cannot hold (an alias, a weighted set) comes
	// back as Protected, with a reason for people.
	Zone(ctx context.Context, name zone.Name) (*zone.Zone, error)

	// Apply does the changes of the plan in its order, as few calls as the
	// service allows; Plan.Groups tells what must share a batch. Zones are
	// created and deleted by Creator, not here. Where not all is done the error
	// is an *ApplyError that says of each change what is known. A change whose
	// Old is no longer live fails with a *ConflictError, where the service can
	// tell.
	Apply(ctx context.Context, plan zone.Plan) error
}

// The interfaces below are optional: As finds them.

// A Describer tells what the service can hold. The Adjust that a driver has
// without writing one follows from it.
type Describer interface {
	Traits() Traits
}

// An Adjuster predicts how the service will hold what is wanted, so that the
// plan converges. live may be nil. What the service cannot hold at all is
// Protected and found, never silently left out. A finding that is Refused and
// has no key refuses the whole zone. A driver without an Adjuster has
// Traits.Adjust.
type Adjuster interface {
	Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding)
}

// A Creator can create and delete zones.
type Creator interface {
	// CreateZone makes the zone; it may fill it with want at once. nameServers
	// are those that the registrar has to know, where the service says so. A zone
	// that is there already is ErrZoneExists.
	CreateZone(ctx context.Context, want *zone.Zone) (nameServers []zone.Name, err error)
	// DeleteZone removes the zone and all it holds. A zone that is not there is
	// ErrNoZone.
	DeleteZone(ctx context.Context, name zone.Name) error
}

// A Lister can list the zones of the account. An error ends the list: what came
// before it is not all.
type Lister interface {
	Zones(ctx context.Context) iter.Seq2[zone.Name, error]
}

// A Getter can read a few sets for less than the whole zone. The zone it gives
// has just the sets asked for, as far as they exist, and what of them is
// protected.
type Getter interface {
	RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error)
}

// An Owner can mark a zone as somebody's.
type Owner interface {
	// Owner is who claimed the zone; "" where nobody did.
	Owner(ctx context.Context, name zone.Name) (string, error)
	Claim(ctx context.Context, name zone.Name, owner string) error
}

// A Finisher has something to do after changes that may be cut short, as the
// reload of a server. The Syncer calls Finish at the end of each sync of a zone,
// so that what one process left undone the next one does. Where nothing is left
// it costs next to nothing.
type Finisher interface {
	Finish(ctx context.Context, name zone.Name) error
}

// As finds an optional interface of a provider, or of one that it wraps and
// hands out by Unwrap() Provider.
func As[T any](p Provider) (T, bool) {
	for p != nil {
		if t, ok := p.(T); ok {
			return t, true
		}
		u, ok := p.(interface{ Unwrap() Provider })
		if !ok {
			break
		}
		p = u.Unwrap()
	}
	var none T
	return none, false
}

// readSets reads some sets as cheaply as the driver can; without keys, and from
// a driver that is no Getter, that is the whole zone.
func readSets(ctx context.Context, p Provider, name zone.Name, keys []zone.Key) (*zone.Zone, error) {
	if g, ok := As[Getter](p); ok && len(keys) > 0 {
		return g.RRsets(ctx, name, keys...)
	}
	return p.Zone(ctx, name)
}
