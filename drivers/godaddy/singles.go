package godaddy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/zone"
)

// singles is version 3 of the API, which writes one record at a time.
type singles struct {
	*account
	pages sync.Map // how many pages a zone had when it was read last, by name
}

func (*singles) dialect() dialect { return version3 }

func path3(apex zone.Name, id ...string) string {
	return rest.Path(append([]string{"v3", "domains", "zones", domain(apex), "dns-records"}, id...)...)
}

// records implements api. A few names are read by themselves where that is cheaper
// than the whole zone: with all that stands at them, as an ALIAS.
func (a *singles) records(ctx context.Context, apex zone.Name, of ...zone.Key) ([]record, error) {
	var names []string
	for _, k := range of {
		if n := base(apex, k.Name, k.Type); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	cost, ok := a.pages.Load(apex)
	if !ok {
		cost = 1
	}
	if len(names) == 0 || len(names) > cost.(int) {
		return a.list(ctx, apex, "")
	}
	var all []record
	for _, n := range names {
		part, err := a.list(ctx, apex, n)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

var (
	errMoving   = errors.New("godaddy: the records keep changing while they are read")
	errEndless  = errors.New("godaddy: the list of records does not end")
	errNoRecord = errors.New("godaddy: a record has no recordId")
)

// list reads all pages, of the whole zone or of one name. Where the zone changed
// between two pages it begins again: a record may have slipped from one to the other.
func (a *singles) list(ctx context.Context, apex zone.Name, name string) ([]record, error) {
	for range 3 {
		l := listing{seen: map[string]bool{}}
		err := a.read(ctx, apex, name, &l)
		if err != nil {
			return nil, err
		}
		if l.whole() {
			if name == "" {
				a.pages.Store(apex, l.pages)
			}
			return l.records, nil
		}
	}
	return nil, errMoving
}

// A listing is what was read of a list.
type listing struct {
	records []record
	seen    map[string]bool // identifiers
	pages   int
	totals  []int // of records, as each page gives it
	twice   bool
}

// whole reports whether the pages belong together.
func (l *listing) whole() bool {
	return !l.twice && !slices.ContainsFunc(l.totals, func(n int) bool { return n != len(l.records) })
}

// A page is one answer.
type page struct {
	Items []record `json:"items"`
	Links []struct {
		Rel string `json:"rel"`
	} `json:"links"`
	TotalItems *int `json:"totalItems"`
	TotalPages *int `json:"totalPages"`
}

const (
	pageSize = 100 // the largest
	maxPages = 1000
)

func (a *singles) read(ctx context.Context, apex zone.Name, name string, l *listing) error {
	for l.pages < maxPages {
		l.pages++
		q := url.Values{"page": {strconv.Itoa(l.pages)}, "pageSize": {strconv.Itoa(pageSize)}, "totalRequired": {"true"}}
		if name != "" {
			q.Set("name", name)
		}
		var p page
		if _, err := a.do(ctx, readZone, rest.Call{Method: http.MethodGet, Path: path3(apex), Query: q, Out: &p}); err != nil {
			return err
		}
		if err := l.add(p); err != nil || !p.hasNext(l.pages) {
			return err
		}
	}
	return errEndless
}

func (l *listing) add(p page) error {
	for _, r := range p.Items {
		if r.ID == "" {
			return fmt.Errorf("%w: %s %s", errNoRecord, r.Type, r.Name)
		}
		l.twice = l.twice || l.seen[r.ID]
		l.seen[r.ID] = true
	}
	l.records = append(l.records, p.Items...)
	if p.TotalItems != nil {
		l.totals = append(l.totals, *p.TotalItems)
	}
	return nil
}

// hasNext reports whether a page follows the one of this number.
func (p page) hasNext(n int) bool {
	for _, l := range p.Links {
		if l.Rel == "next" {
			return true
		}
	}
	if p.TotalPages != nil {
		return n < *p.TotalPages
	}
	return len(p.Items) >= pageSize
}
