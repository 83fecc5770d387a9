package godaddy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// sets is version 1 of the API, which writes all records of a type and name at once.
type sets struct{ *account }

func (sets) dialect() dialect { return version1 }

func path1(apex zone.Name, of ...string) string {
	return rest.Path(append([]string{"v1", "domains", domain(apex), "records"}, of...)...)
}

// list reads the records of a zone, or those of one type. What the parameter offset
// means is not settled, so none is sent: all come at once.
func (a sets) list(ctx context.Context, apex zone.Name, types ...string) ([]record, error) {
	endpoint := readZone
	if types != nil {
		endpoint = readType
	}
	var out []record
	_, err := a.do(ctx, endpoint, rest.Call{Method: http.MethodGet, Path: path1(apex, types...), Out: &out})
	if err == nil && out == nil {
		err = errNoList
	}
	return out, err
}

var errNoList = errors.New("godaddy: the answer is no list of records")

// records implements api. A zone comes in one call, whatever of it is wanted.
func (a sets) records(ctx context.Context, apex zone.Name, _ ...zone.Key) ([]record, error) {
	all, err := a.list(ctx, apex)
	const page = 100 // whatever the length of one is, it is a multiple of this
	if err != nil || len(all) == 0 || len(all)%page != 0 {
		return all, err
	}
	return all, a.complete(ctx, apex, all)
}

// complete finds out whether a list that looks like a page is all there is, by
// counting each type.
func (a sets) complete(ctx context.Context, apex zone.Name, all []record) error {
	for _, t := range []string{"A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT"} {
		part, err := a.list(ctx, apex, t)
		if err != nil {
			return err
		}
		n := 0
		for _, r := range all {
			if r.Type == t {
				n++
			}
		}
		if n != len(part) {
			return fmt.Errorf("godaddy: the list of records ends after %d, with %d of %d %s records", len(all), n, len(part), t)
		}
	}
	return nil
}

// writer implements api.
func (a sets) writer(ctx context.Context, plan zone.Plan) (func(zone.Change) error, error) {
	w := setWriter{sets: a, apex: plan.Zone}
	if slices.ContainsFunc(changes(plan), func(k zone.Key) bool { return k.Type == zone.SRV }) {
		var err error
		if w.services, err = a.list(ctx, plan.Zone, string(zone.SRV)); err != nil {
			return nil, err
		}
	}
	return func(c zone.Change) error { return w.write(ctx, c) }, nil
}

// A setWriter carries out the changes of a plan.
type setWriter struct {
	sets
	apex     zone.Name
	services []record // all SRV records of the zone, where one is to be written
}

func (w *setWriter) write(ctx context.Context, c zone.Change) error {
	k := c.Key()
	next, err := version1.written(w.apex, c.New)
	switch {
	case err != nil:
		return &provider.ServiceError{Kind: provider.KindRefused, Err: err}
	case k.Type == zone.SRV:
		return w.writeService(ctx, c, next)
	}
	return w.replace(ctx, k, next)
}

// writeService writes the SRV records of a service. GoDaddy keeps those of all
// services of a name in one set, so that the others have to go with them.
func (w *setWriter) writeService(ctx context.Context, c zone.Change, next []record) error {
	k, at := c.Key(), base(w.apex, c.Key().Name, zone.SRV)
	var mine []record
	for _, r := range w.services {
		if of, err := r.key(w.apex); err == nil && of == k {
			mine = append(mine, r)
		} else if r.Name == at {
			next = append(next, r)
		}
	}
	if err := version1.unlike(w.apex, mine, c); err != nil {
		return err
	}
	if err := w.replace(ctx, k, next); err != nil {
		return err
	}
	w.services = append(slices.DeleteFunc(w.services, func(r record) bool { return r.Name == at }), next...)
	return nil
}

// replace makes these all records of a type and name. An empty list is ignored
// there, so that nothing is written as a deletion.
func (w *setWriter) replace(ctx context.Context, k zone.Key, next []record) error {
	call := rest.Call{Method: http.MethodPut, Path: path1(w.apex, string(k.Type), base(w.apex, k.Name, k.Type)), Again: true}
	if len(next) == 0 {
		call.Method = http.MethodDelete
		a, err := w.do(ctx, deleteSet, call)
		return deleted(k, a, err)
	}
	body := slices.Clone(next)
	for i := range body {
		body[i].Type, body[i].Name = "", "" // they stand in the path
	}
	call.In = body
	_, err := w.do(ctx, writeSet, call)
	return err
}

// deleted is the outcome of a deletion. What is not there was deleted by an earlier
// sending, or by somebody else.
func deleted(k zone.Key, a rest.Answer, err error) error {
	e, ok := errors.AsType[*provider.ServiceError](err)
	if !ok || !noZone(err) || e.Code == "UNKNOWN_DOMAIN" {
		return err
	}
	if a.Tries > 1 {
		return nil
	}
	return &provider.ConflictError{Key: k, Err: err}
}
