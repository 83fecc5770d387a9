package dyn

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// An order is what is done to a zone as a whole: one thing in each call
// (https://help.dyn.com/update-zone-api/).
type order struct {
	Freeze  bool   `json:"freeze,omitempty"`
	Thaw    bool   `json:"thaw,omitempty"`
	Publish bool   `json:"publish,omitempty"`
	Notes   string `json:"notes,omitempty"`
}

// publication is the order to publish, with a note for the history of the zone.
func publication(changes int) order {
	return order{Publish: true, Notes: fmt.Sprintf("zonecast: %d sets", changes)}
}

// Freeze keeps everybody from changing a zone until it is thawed, us as well.
func (p *Provider) Freeze(ctx context.Context, name zone.Name) error {
	return p.command(ctx, name, order{Freeze: true})
}

// Thaw lets a frozen zone be changed again.
func (p *Provider) Thaw(ctx context.Context, name zone.Name) error {
	return p.command(ctx, name, order{Thaw: true})
}

func (p *Provider) command(ctx context.Context, name zone.Name, o order) error {
	if err := p.fit(name); err != nil {
		return err
	}
	return p.writing(ctx, name, func() error {
		return p.use().work(ctx, func(s *session) error { return s.order(ctx, name, o) })
	})
}

func (s *session) order(ctx context.Context, name zone.Name, o order) error {
	err := s.ask(ctx, nil, rest.Call{Method: http.MethodPut, Path: rest.Path("Zone", bare(name)), In: o, Again: true})
	if err != nil && noSuchZone(err) {
		return missing(name, err)
	}
	return err
}

// thaw thaws a zone that is kept frozen.
func (p *Provider) thaw(ctx context.Context, s *session, name zone.Name) error {
	if !p.Frozen {
		return nil
	}
	if err := p.use().notes.write(ctx, name, thawed, true); err != nil {
		return err
	}
	return s.order(ctx, name, order{Thaw: true})
}

// refreeze freezes a zone that thaw has thawed.
func (p *Provider) refreeze(ctx context.Context, name zone.Name) error {
	a := p.use()
	ctx, cancel := a.parting(ctx)
	defer cancel()
	if is, err := a.notes.read(ctx, name, thawed); err != nil || !is {
		return err
	}
	err := a.work(ctx, func(s *session) error { return s.order(ctx, name, order{Freeze: true}) })
	if err != nil && !errors.Is(err, provider.ErrNoZone) {
		return err
	}
	return a.notes.write(ctx, name, thawed, false)
}

// Finish implements provider.Finisher: it freezes a zone again, or publishes one that
// was created, where somebody was interrupted before that.
func (p *Provider) Finish(ctx context.Context, name zone.Name) error {
	if err := p.fit(name); err != nil {
		return err
	}
	is, err := p.use().notes.read(ctx, name, unpublished)
	if is && err == nil {
		err = p.writing(ctx, name, func() error { return p.publishNew(ctx, name) })
	}
	if err != nil || !p.Frozen {
		return err
	}
	return p.writing(ctx, name, func() error { return p.refreeze(ctx, name) })
}
