package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/libdns/libdns"

	"github.com/zonecast/zonecast/zone"
)

// LibdnsProvider is a driver as a libdns package: what Caddy, certmagic and others
// take to solve ACME challenges and to keep records. ToLibdns makes one.
//
// It keeps the libdns contract, and where that leaves a choice:
//
//   - Names are relative to the zone, "@" is the apex; a name with a final dot is
//     absolute. The zone is named with its final dot or without.
//   - A TTL of 0 is the one that the set has, and 300 seconds where there is no
//     such set yet; less than a second is a TTL of zero. A set has one TTL: that
//     of an append gives way to that of the set, which append must not change,
//     and of several in a call the lowest counts.
//   - A record that is there already counts as appended: a set holds a value
//     once, and callers want as many records as they gave.
//   - A text is one string, wherever the zone has it cut. An SOA that differs in
//     nothing but its serial is the one that is there.
//   - Records come as the structs that libdns has for their types; one that libdns
//     would read as something else comes as a libdns.RR. DNSSEC records come, and
//     may be written, as the driver has it.
//   - What the driver protects, what would stand beside a CNAME, and what the
//     service cannot hold is refused, and then nothing at all is written. libdns
//     has no word for what is protected: GetRecords leaves it out.
//   - A call is atomic where the driver's Apply is. After an error, the records
//     that come with it are those that were done all the same.
//
// Of a driver that is a Getter only the sets are read that the records are in;
// what else stands at their names is then the service's to judge. One caller at a
// time is in a zone.
type LibdnsProvider struct {
	provider Provider
	locks    locks
}

// ToLibdns makes a libdns package of a driver. It lists zones where the driver
// does.
func ToLibdns(p Provider) *LibdnsProvider { return &LibdnsProvider{provider: p} }

// GetRecords implements libdns.RecordGetter.
func (p *LibdnsProvider) GetRecords(ctx context.Context, name string) (out []libdns.Record, err error) {
	err = p.inZone(ctx, name, func(apex zone.Name) error {
		z, err := p.read(ctx, apex, nil)
		out = typedRecords(z)
		return err
	})
	return out, err
}

// AppendRecords implements libdns.RecordAppender.
func (p *LibdnsProvider) AppendRecords(ctx context.Context, name string, recs []libdns.Record) ([]libdns.Record, error) {
	return p.change(ctx, name, recs, askWhole, toAppend)
}

// SetRecords implements libdns.RecordSetter.
func (p *LibdnsProvider) SetRecords(ctx context.Context, name string, recs []libdns.Record) ([]libdns.Record, error) {
	return p.change(ctx, name, recs, askWhole, toSet)
}

// DeleteRecords implements libdns.RecordDeleter. An empty text cannot be named:
// libdns takes it for any. A record without a type is looked for in the whole
// zone, since no driver reads the sets of a name without knowing their types.
func (p *LibdnsProvider) DeleteRecords(ctx context.Context, name string, recs []libdns.Record) ([]libdns.Record, error) {
	return p.change(ctx, name, recs, askOf, toDelete)
}

// ListZones implements libdns.ZoneLister. It is ErrUnsupported where the driver
// cannot list zones.
func (p *LibdnsProvider) ListZones(ctx context.Context) (out []libdns.Zone, err error) {
	defer recovered(&err)
	l, ok := As[Lister](p.provider)
	if !ok {
		return nil, fmt.Errorf("list zones: %w", ErrUnsupported)
	}
	for n, err := range l.Zones(ctx) {
		if err != nil {
			return nil, err
		}
		out = append(out, libdns.Zone{Name: string(n)})
	}
	return out, nil
}

// inZone runs f while no other call is in the zone.
func (p *LibdnsProvider) inZone(ctx context.Context, name string, f func(apex zone.Name) error) (err error) {
	apex, err := zone.ParseName(name)
	if err != nil {
		return err
	}
	h, err := p.locks.hold(ctx, apex)
	if err != nil {
		return err
	}
	defer h.release()
	defer recovered(&err)
	return f(apex)
}

// recovered makes a panic in a driver the error of the call.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the driver panicked: %v", r)
	}
}

// read gives the zone, or as little of it as has the keys.
func (p *LibdnsProvider) read(ctx context.Context, apex zone.Name, keys []zone.Key) (*zone.Zone, error) {
	z, err := readSets(ctx, p.provider, apex, keys)
	if err == nil && z.Name() != apex {
		return nil, fmt.Errorf("the driver gave zone %q", z.Name())
	}
	return z, err
}

// change does what is asked, a second time where somebody else wrote meanwhile,
// and gives the records that it did.
func (p *LibdnsProvider) change(ctx context.Context, name string, recs []libdns.Record, read reader, do verb) (out []libdns.Record, err error) {
	err = p.inZone(ctx, name, func(apex zone.Name) error {
		asks, err := asksOf(apex, recs, read)
		if err != nil || len(asks) == 0 {
			return err
		}
		done, err := p.try(ctx, apex, asks, do)
		if _, conflict := errors.AsType[*ConflictError](err); conflict {
			var more []zone.Record
			more, err = p.try(ctx, apex, asks, do)
			done = append(done, more...)
		}
		z, e := zone.New(apex, done...)
		out = typedRecords(z)
		return errors.Join(err, e, p.finish(ctx, apex))
	})
	return out, err
}

// try reads, plans and applies; done is what then is as it was asked for.
func (p *LibdnsProvider) try(ctx context.Context, apex zone.Name, asks []ask, do verb) (done []zone.Record, err error) {
	live, err := p.read(ctx, apex, keysOf(asks))
	if err != nil {
		return nil, err
	}
	if err := guarded(live, asks); err != nil {
		return nil, err
	}
	e := edit{live: live, patch: do(live, asks)}
	if err := e.decide(p.provider); err != nil {
		return nil, err
	}
	if !e.plan.Empty() {
		err = p.provider.Apply(ctx, e.plan)
	}
	return e.done(err), err
}

// finish lets the driver do what has to follow, as the Syncer does.
func (p *LibdnsProvider) finish(ctx context.Context, apex zone.Name) error {
	if f, ok := As[Finisher](p.provider); ok {
		return f.Finish(ctx, apex)
	}
	return nil
}
