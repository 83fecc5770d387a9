package powerdns

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Apply implements provider.Provider: in one PATCH where PowerDNS takes that.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	if len(plan.Changes) == 0 {
		return nil
	}
	head, err := p.head(ctx, plan.Zone)
	if err != nil {
		return &provider.ApplyError{Err: err}
	}
	w := writer{Provider: p, zone: plan.Zone, head: head}
	if soa, ok := w.soa(); ok {
		w.serial = soa.Serial
	}
	err = w.write(ctx, number(plan.Groups()))
	if err == nil {
		err = w.rectify(ctx)
	}
	if w.ae.Err = err; err == nil && w.ae.Failed == nil {
		return nil
	}
	return &w.ae
}

// A group is what must share a request, and the index in its plan that it begins
// with.
type group struct {
	from    int
	changes []zone.Change
}

func number(parts [][]zone.Change) (out []group) {
	from := 0
	for _, g := range parts {
		out = append(out, group{from, g})
		from += len(g)
	}
	return out
}

// A writer carries out one plan.
type writer struct {
	*Provider
	zone     zone.Name
	head     zoneDoc
	serial   uint32 // that the zone has by now
	refusals int
	ae       provider.ApplyError
}

// maxRefusals is how often PowerDNS may refuse parts of one plan: whoever refuses
// more has nothing against single sets.
const maxRefusals = 200

// write writes groups in one request, or in two halves where that is refused. An
// error ends the work.
func (w *writer) write(ctx context.Context, groups []group) error {
	sets := w.sets(groups)
	err := w.fits(ctx, sets)
	if err == nil {
		err = w.patch(ctx, sets)
	}
	switch {
	case err == nil:
		w.done(groups, sets)
		return nil
	case rest.Unsettled(err):
		for _, g := range groups {
			w.ae.Unknown = append(w.ae.Unknown, g.indices()...)
		}
		return err
	case provider.KindOf(err) != provider.KindRefused:
		return err
	}
	return w.halve(ctx, groups, err)
}

func (w *writer) patch(ctx context.Context, sets []rrset) error {
	err := w.change(ctx, w.zone, rest.Call{Method: "PATCH", Path: path(w.zone), In: map[string]any{"rrsets": sets}})
	if provider.KindOf(err) != provider.KindRefused {
		return err
	}
	if w.refusals++; w.refusals > maxRefusals {
		return fmt.Errorf("powerdns: zone %s: given up after %d refusals: %v", w.zone, maxRefusals, err)
	}
	return err
}

// halve goes on with the halves of what was refused, down to single groups.
func (w *writer) halve(ctx context.Context, groups []group, err error) error {
	if len(groups) == 1 {
		for _, i := range groups[0].indices() {
			w.ae.Failed = append(w.ae.Failed, provider.ChangeError{Index: i, Err: err})
		}
		return nil
	}
	half := len(groups) / 2
	if err := w.write(ctx, groups[:half]); err != nil {
		return err
	}
	return w.write(ctx, groups[half:])
}

func (g group) indices() (out []int) {
	for i := range g.changes {
		out = append(out, g.from+i)
	}
	return out
}

// sets gives the changes as the API takes them, and the SOA where its serial is
// ours to raise.
func (w *writer) sets(groups []group) (out []rrset) {
	raises := w.raises()
	for _, g := range groups {
		for _, c := range g.changes {
			s := toChange(c)
			if c.Key().Type == zone.SOA && c.New.Name != "" {
				s, raises = w.withSerial(c.New), true
			}
			out = append(out, s)
		}
	}
	if old, ok := w.soaSet(); ok && !raises {
		out = append(out, w.withSerial(old))
	}
	return out
}

// done remembers what was written.
func (w *writer) done(groups []group, sets []rrset) {
	for _, g := range groups {
		w.ae.Done = append(w.ae.Done, g.indices()...)
	}
	for _, s := range sets {
		if s.Type == string(zone.SOA) && len(s.Records) == 1 {
			start, _ := zone.ParseStart(s.Records[0].Content)
			w.serial = start.Serial
			w.head.RRsets = []rrset{s}
		}
	}
}

// raises reports whether PowerDNS raises the serial by itself: SOA-EDIT-API says
// how.
func (w *writer) raises() bool {
	return slices.Contains([]string{"DEFAULT", "INCREASE", "EPOCH", "SOA-EDIT", "SOA-EDIT-INCREASE"}, strings.ToUpper(w.head.SOAEditAPI))
}

// soaSet is the SOA as it is live.
func (w *writer) soaSet() (s zone.RRset, ok bool) {
	z, err := w.head.zone(w.zone)
	if err != nil {
		return s, false
	}
	return z.Get(zone.Key{Name: w.zone, Type: zone.SOA})
}

func (w *writer) soa() (zone.Start, bool) {
	s, ok := w.soaSet()
	if !ok {
		return zone.Start{}, false
	}
	start, err := zone.ParseStart(s.Data[0])
	return start, err == nil
}

// withSerial is an SOA with a serial above the live one (RFC 1982). PowerDNS may
// raise it once more.
func (w *writer) withSerial(s zone.RRset) rrset {
	start, _ := zone.ParseStart(s.Data[0])
	if w.serial != 0 {
		start.Serial = zone.NextSerial(w.serial, start.Serial)
	}
	s.Data = []string{start.String()}
	return toChange(zone.Change{New: s})
}

// rectify has the server put in order what follows from a change, where it does not
// do so by itself. In a zone whose API-RECTIFY is 0 somebody else does.
func (w *writer) rectify(ctx context.Context) error {
	if w.head.Rectify || len(w.ae.Done) == 0 {
		return nil
	}
	if err := w.learn(ctx); err != nil || w.settings.rectifies {
		return err
	}
	return w.change(ctx, w.zone, rest.Call{Method: "PUT", Path: path(w.zone, "rectify"), Again: true})
}

// toChange is a change as the API takes it.
func toChange(c zone.Change) rrset {
	if c.New.Name == "" {
		k := c.Key()
		return rrset{Name: string(k.Name), Type: string(k.Type), ChangeType: "DELETE", Records: []record{}}
	}
	s := toAPI(c.New)
	s.ChangeType = "REPLACE"
	return s
}

func toAPI(s zone.RRset) rrset {
	out := rrset{Name: string(s.Name), Type: string(s.Type), TTL: int64(s.TTL), Records: make([]record, len(s.Data))}
	for i, data := range s.Data {
		out.Records[i].Content = pdns.Content(s.Type, data)
	}
	return out
}
