package dyn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A creation is what a new zone is made of (https://help.dyn.com/create-primary-zone-api).
type creation struct {
	RName string `json:"rname"` // a mail address
	TTL   uint32 `json:"ttl"`   // of records that have none, in seconds
	Style string `json:"serial_style"`
}

const defaultTTL = 3600

// CreateZone implements provider.Creator. The zone is filled and published once, with
// all that the service takes.
func (p *Provider) CreateZone(ctx context.Context, want *zone.Zone) (servers []zone.Name, err error) {
	if err := p.fit(want.Name()); err != nil {
		return nil, err
	}
	err = p.writing(ctx, want.Name(), func() error {
		err := p.settling(ctx, func(s *session) (scalar, error) { return p.create(ctx, s, want) })
		_ = p.refreeze(ctx, want.Name()) // else Finish does
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.nameServers(ctx, want.Name()), nil
}

// settling works in a session, and without one waits for the task that comes of it.
func (p *Provider) settling(ctx context.Context, do func(*session) (scalar, error)) error {
	a := p.use()
	var task scalar
	err := a.work(ctx, func(s *session) (err error) {
		task, err = do(s)
		return err
	})
	if err != nil {
		return err
	}
	return a.settle(ctx, task, a.get)
}

// create makes a zone, and notes that it is to be published before it is there.
func (p *Provider) create(ctx context.Context, s *session, want *zone.Zone) (scalar, error) {
	name, notes := want.Name(), p.use().notes
	begun, err := notes.read(ctx, name, unpublished)
	if err == nil {
		err = notes.write(ctx, name, unpublished, true)
	}
	if err != nil {
		return "", err
	}
	var data struct {
		Task scalar `json:"task_id"`
	}
	err = s.ask(ctx, &data, rest.Call{Method: http.MethodPost, Path: rest.Path("Zone", bare(name)), In: p.creation(name)})
	if codeOf(err) == exists { // and is somebody else's to publish, unless we had begun
		return "", errors.Join(fmt.Errorf("zone %s: %w: %w", name, provider.ErrZoneExists, err), notes.write(ctx, name, unpublished, begun))
	}
	if err == nil {
		err = s.settle(ctx, data.Task, s.get) // it blocks all changes
	}
	if err == nil && p.Frozen {
		err = notes.write(ctx, name, thawed, true)
	}
	if err != nil {
		return "", err
	}
	return p.fill(ctx, s, want)
}

func (p *Provider) creation(name zone.Name) creation {
	return creation{RName: cmp.Or(p.Contact, "hostmaster@"+bare(name)), TTL: defaultTTL, Style: cmp.Or(p.Style, "increment")}
}

// fill stages what is wanted of a zone that has nothing yet, and publishes the zone.
func (p *Provider) fill(ctx context.Context, s *session, want *zone.Zone) (scalar, error) {
	name := want.Name()
	none, err := zone.New(name)
	if err != nil {
		return "", err
	}
	b := &batch{session: s, live: holding{zone: none}, failed: map[int]error{}}
	b.plan = zone.Diff(none, want.Only(func(s zone.RRset) bool { return !s.Key.IsAuthority(name) }))
	b.compare()
	err = b.stageAll(ctx)
	if err == nil {
		err = b.verify(ctx)
	}
	var task scalar
	if err == nil {
		task, err = s.publish(ctx, name, len(b.good()))
	}
	if err == nil {
		return task, p.use().notes.write(ctx, name, unpublished, false)
	}
	if rest.Unsettled(err) {
		return "", err
	}
	return "", b.undo(ctx, err)
}

// publishNew publishes a zone that was created and never published, if it still is
// one: until then its serial is 0.
func (p *Provider) publishNew(ctx context.Context, name zone.Name) error {
	err := p.settling(ctx, func(s *session) (scalar, error) {
		h, err := s.read(ctx, name)
		if err != nil || h.serial != "0" {
			return "", err
		}
		return s.publish(ctx, name, 0)
	})
	if err != nil && !errors.Is(err, provider.ErrNoZone) {
		return err
	}
	return p.use().notes.write(ctx, name, unpublished, false)
}

// nameServers gives those of a zone; none where they cannot be read, since the zone is
// there all the same.
func (p *Provider) nameServers(ctx context.Context, name zone.Name) (servers []zone.Name) {
	var list []record
	if p.use().get(ctx, &list, rest.Path("NSRecord", bare(name), bare(name)), detail) != nil {
		return nil
	}
	for _, r := range list {
		if n, err := zone.ParseName(string(r.RData["nsdname"])); err == nil {
			servers = append(servers, n)
		}
	}
	return servers
}

// DeleteZone implements provider.Creator. It takes effect at once, without a publish.
// Where a zone above it has a node for it, that one stays: there is no way to remove
// it that does not remove all below it.
func (p *Provider) DeleteZone(ctx context.Context, name zone.Name) error {
	if err := p.fit(name); err != nil {
		return err
	}
	return p.writing(ctx, name, func() error {
		err := p.use().work(ctx, func(s *session) error {
			if err := p.thaw(ctx, s, name); err != nil {
				return err
			}
			return s.ask(ctx, nil, rest.Call{Method: http.MethodDelete, Path: rest.Path("Zone", bare(name)), Again: true})
		})
		_ = p.refreeze(ctx, name) // where it is still there
		if codeOf(err) == notFound && !errors.Is(err, provider.ErrNoZone) {
			return missing(name, err)
		}
		return err
	})
}
