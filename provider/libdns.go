package provider

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/libdns/libdns"

	"github.com/zonecast/zonecast/zone"
)

// Libdns is what a libdns package has to bring.
type Libdns interface {
	libdns.RecordGetter
	libdns.RecordAppender
	libdns.RecordSetter
	libdns.RecordDeleter
}

// LibdnsTraits is what is known of a libdns package, best from a run of
// providertest: the libdns contract leaves much open, and not every package keeps
// it. The zero value assumes little.
type LibdnsTraits struct {
	Traits
	// SetReplaces: SetRecords leaves each set with just the records given, as
	// its contract says. Without it sets are changed by Append and Delete.
	SetReplaces bool
	// MayBeEmpty: the package gives no records, and no error, for a zone that has
	// none it would show. Without it an answer without records is not believed.
	MayBeEmpty bool
	// NotFound tells the error for a zone that is not there; libdns has none. A
	// package that lists zones does without.
	NotFound func(error) bool
	// Protected says why a record must not be touched, "" if it may be: an alias,
	// a proxied record, or whatever else the record's ProviderData betrays.
	Protected func(libdns.Record) string
	// Deadline bounds a call to the package, which may not heed its context; 0 is
	// two minutes.
	Deadline time.Duration
}

// FromLibdns makes a provider of a libdns package, with guard rails: the package
// may panic, forget its context, give records that cannot be read, or say that
// it did what it did not. Sets are only written whole; what cannot be deleted
// without deleting more is not deleted; after writing the zone is read again, and
// the error of Apply tells what really became of each change.
//
// A libdns package does not create zones. Texts come back in one string.
func FromLibdns(d Libdns, t LibdnsTraits) Provider {
	t.Traits.JoinsTXT = true // libdns.TXT holds one string
	p := &fromLibdns{driver: d, traits: t}
	if l, ok := d.(libdns.ZoneLister); ok {
		p.lister = l
		return listingLibdns{p}
	}
	return p
}

// fromLibdns is a libdns package as a provider.
type fromLibdns struct {
	driver Libdns
	lister libdns.ZoneLister // nil: it lists none
	traits LibdnsTraits
	locks  locks
}

// listingLibdns is one that can list zones.
type listingLibdns struct{ *fromLibdns }

// Traits implements Describer.
func (p *fromLibdns) Traits() Traits { return p.traits.Traits }

var errNotBelieved = errors.New("the driver gave no records at all, which is not believed")

// Zone implements Provider.
func (p *fromLibdns) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	h, err := p.locks.hold(ctx, name)
	if err != nil {
		return nil, err
	}
	defer h.release()
	return p.read(ctx, h, name)
}

// read lists the zone under its lock.
func (p *fromLibdns) read(ctx context.Context, h *hold, name zone.Name) (*zone.Zone, error) {
	records, err := call(ctx, h, p.traits.Deadline, func(ctx context.Context) ([]libdns.Record, error) {
		return p.driver.GetRecords(ctx, string(name))
	})
	if err != nil {
		return nil, p.notFound(ctx, h, name, err)
	}
	if len(records) == 0 && !p.traits.MayBeEmpty {
		return nil, fmt.Errorf("zone %s: %w", name, errNotBelieved)
	}
	return zoneOfLibdns(name, records, p.traits.Protected)
}

// notFound turns the error for a zone that is not there into ErrNoZone.
func (p *fromLibdns) notFound(ctx context.Context, h *hold, name zone.Name, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if p.traits.NotFound != nil {
		if p.traits.NotFound(err) {
			return fmt.Errorf("%w: %w", ErrNoZone, err)
		}
		return err
	}
	if p.lister == nil {
		return err
	}
	zones, lerr := call(ctx, h, p.traits.Deadline, p.lister.ListZones)
	if lerr != nil {
		return err
	}
	for _, z := range zones {
		if n, e := zone.ParseName(z.Name); e != nil || n == name {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrNoZone, err)
}

// Zones implements Lister.
func (p listingLibdns) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		h := &hold{}
		zones, err := call(ctx, h, p.traits.Deadline, p.lister.ListZones)
		if err != nil {
			yield("", err)
			return
		}
		for _, z := range zones {
			n, err := zone.ParseName(z.Name)
			if !yield(n, err) || err != nil {
				return
			}
		}
	}
}
