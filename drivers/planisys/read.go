package planisys

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/zonecast/zonecast/zone"
)

// A content is a zone as it was read.
type content struct {
	zone    *zone.Zone
	raw     []any // the rows as they were
	rows    map[zone.Key][]row
	keys    []zone.Key // of each of raw
	version any        // of the zone, nil: the profile knows none
}

// Zone implements provider.Provider. It is ErrNoZone only where the profile knows
// an answer that says just that; a suspended zone is ErrSuspended.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	c, err := p.read(ctx, name)
	if err != nil {
		return nil, err
	}
	return c.zone, nil
}

func (p *Provider) read(ctx context.Context, name zone.Name) (*content, error) {
	if p.is.read == nil {
		return nil, unsupported("read records")
	}
	var c *content
	raw, version, err := p.pages(ctx, name)
	if err == nil {
		c, err = p.is.content(raw, name)
	}
	if err != nil {
		return nil, fmt.Errorf("zone %s: %w", name, err)
	}
	c.version = version
	return c, nil
}

var errEmpty = errors.New("the answer has no records, and the profile does not say that a zone may have none")

// content makes a zone of rows.
func (c *program) content(raw []any, name zone.Name) (*content, error) {
	if len(raw) == 0 && !c.Read.Empty {
		return nil, errEmpty
	}
	out := &content{raw: raw, rows: map[zone.Key][]row{}, keys: make([]zone.Key, len(raw))}
	var records []zone.Record
	var guards []zone.Protected
	for i, doc := range raw {
		rows, guard, err := c.Records.decode(doc, name)
		if err != nil {
			return nil, err
		}
		if guard != nil {
			guards, out.keys[i] = append(guards, *guard), guard.Key
		}
		for _, r := range rows {
			k := zone.Key{Name: r.record.Name, Type: r.record.Type}
			out.rows[k], out.keys[i] = append(out.rows[k], r), k
			records = append(records, r.record)
		}
	}
	if err := out.judge(); err != nil {
		return nil, err
	}
	z, err := zone.New(name, records...)
	out.zone = z.Protect(guards...)
	return out, err
}

// judge finds records that came twice, as they do where pages move on while they
// are read; then others may have been missed.
func (c *content) judge() error {
	seen := map[any]bool{}
	for _, rows := range c.rows {
		for _, r := range rows {
			if r.id != nil && seen[r.id] {
				return fmt.Errorf("the record with the id %v is there twice: the pages have moved while they were read", r.id)
			}
			seen[r.id] = true
		}
	}
	return nil
}

const mostPages = 10000

// pages reads all rows and the version of the zone, or gives an error.
func (p *Provider) pages(ctx context.Context, name zone.Name) (rows []any, version any, err error) {
	s := p.is.Read.Pages
	var next any = ""
	var before []any
	for page := range mostPages {
		doc, err := p.call(ctx, p.is.read, s.pageView(name, page, len(rows), next))
		if err == nil && p.shown {
			err = ErrContract
		}
		if err != nil {
			return nil, nil, err
		}
		more, v, err := p.is.Read.page(doc)
		switch {
		case err != nil:
			return nil, nil, err
		case page > 0 && v != version:
			return nil, nil, errMoved
		case len(more) > 0 && reflect.DeepEqual(more, before):
			return nil, nil, errSamePage
		}
		version, before, rows = v, more, append(rows, more...)
		var last bool
		if last, next, err = s.isLast(doc, len(more), len(rows)); last || err != nil {
			return rows, version, err
		}
	}
	return nil, nil, fmt.Errorf("there is no end of pages after %d", mostPages)
}

var (
	errMoved    = errors.New("it has changed while it was read")
	errSamePage = errors.New("a page is the one before it again: the service does not heed what the profile asks for pages with")
)

// page finds what is wanted of an answer.
func (r *Read) page(doc any) (rows []any, version any, err error) {
	if rows, err = arrayAt(r.Rows, doc); err != nil {
		return nil, nil, fmt.Errorf("the records: %w", err)
	}
	if r.Version == nil {
		return rows, nil, nil
	}
	version, _ = r.Version.in(doc)
	if _, ok := scalar(version); !ok {
		return nil, nil, fmt.Errorf("%q is no version", *r.Version)
	}
	return rows, version, nil
}

// isLast reports whether an answer was the last one, and gives what asks for the
// next. came is what came with it, all what came so far.
func (s *Pages) isLast(doc any, came, all int) (last bool, next any, err error) {
	if s == nil {
		return true, nil, nil
	}
	last = came < s.Size
	if s.Next != nil {
		var more bool
		next, more = s.Next.in(doc)
		last = !more || next == "" || next == false
	}
	if s.Total == nil {
		return last, next, nil
	}
	total, err := s.total(doc)
	ends := came == 0 || s.Next != nil && last // whatever the service says, nothing more will come
	switch {
	case err != nil:
	case all > total, all < total && ends:
		err = fmt.Errorf("%d records came, and the service counts %d", all, total)
	case s.Next == nil:
		last = all == total
	}
	return last, next, err
}

func (s *Pages) total(doc any) (int, error) {
	text, err := textAt(*s.Total, doc)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no number of records", text)
	}
	return n, nil
}
