package planisystest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// The times to live that the service takes, in seconds.
const (
	MinTTL = 60
	MaxTTL = 604800
)

// types are those that people can write.
var types = []zone.Type{zone.A, zone.AAAA, zone.CAA, zone.CNAME, zone.MX, zone.NS, zone.PTR, zone.SRV, "TLSA", zone.TXT}

// decode reads a body and wants nothing in it that it does not know.
func decode(body []byte, into any) (answer, bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return refuse(http.StatusBadRequest, "bad_request", "%v", err), false
	}
	return answer{}, true
}

// in is a record that somebody wants written.
type in struct {
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	TTL     uint32  `json:"ttl"`
	Prio    *uint16 `json:"prio"`
	Content string  `json:"content"`
}

func (s *Service) add(r *request) answer {
	d, a := s.find(r)
	if d == nil {
		return a
	}
	var want in
	if a, ok := decode(r.body, &want); !ok {
		return a
	}
	if a, ok := d.takes(want, nil); !ok {
		return a
	}
	if a, ok := s.may(); !ok {
		return a
	}
	rec := &record{ID: s.nextID()}
	d.records = append(d.records, rec)
	rec.become(want, d)
	return ok(map[string]any{"record": rec})
}

func (s *Service) change(r *request) answer {
	d, rec, a := s.findRecord(r)
	if rec == nil {
		return a
	}
	var want in
	if a, ok := decode(r.body, &want); !ok {
		return a
	}
	if a, ok := d.takes(want, rec); !ok {
		return a
	}
	if a, ok := s.may(); !ok {
		return a
	}
	rec.become(want, d)
	return ok(map[string]any{"record": rec})
}

func (s *Service) drop(r *request) answer {
	d, rec, a := s.findRecord(r)
	if rec == nil {
		return a
	}
	if a, ok := s.may(); !ok {
		return a
	}
	d.records = slices.DeleteFunc(d.records, func(o *record) bool { return o == rec })
	d.touch()
	return ok(map[string]any{})
}

// findRecord finds the record of a request, or says why not.
func (s *Service) findRecord(r *request) (*domain, *record, answer) {
	d, a := s.find(r)
	if d == nil {
		return nil, nil, a
	}
	for _, rec := range d.records {
		if strconv.FormatInt(rec.ID, 10) == r.PathValue("id") {
			return d, rec, answer{}
		}
	}
	return nil, nil, refuse(http.StatusNotFound, "record_not_found", "there is no record %s", r.PathValue("id"))
}

// nextID gives ids that no float64 can tell apart.
func (s *Service) nextID() int64 {
	s.lastID++
	return 1<<53 + s.lastID
}

func (rec *record) become(want in, d *domain) {
	rec.Name, rec.Type, rec.TTL, rec.Prio, rec.Content = want.Name, want.Type, want.TTL, want.Prio, want.Content
	rec.Modified = time.Now().UTC().Format(time.RFC3339)
	d.touch()
}

// takes judges a record that shall be there, in place of another one or beside all.
func (d *domain) takes(want in, instead *record) (answer, bool) {
	no := func(status int, code, format string, args ...any) (answer, bool) {
		return refuse(status, code, format, args...), false
	}
	n, err := d.apex.Join(want.Name)
	switch typ := zone.Type(want.Type); {
	case err != nil || !n.In(d.apex) || n.Relative(d.apex) != want.Name:
		return no(422, "bad_name", "%q is not a name relative to %s", want.Name, d.apex)
	case !slices.Contains(types, typ):
		return no(422, "bad_type", "there are no records of type %q", want.Type)
	case want.TTL < MinTTL || want.TTL > MaxTTL:
		return no(422, "bad_ttl", "the TTL is %d and has to be from %d to %d", want.TTL, MinTTL, MaxTTL)
	case (want.Prio != nil) != (typ == zone.MX || typ == zone.SRV):
		return no(422, "bad_prio", "MX and SRV have a prio, and nothing else has")
	}
	if _, err := zone.Canonical(zone.Type(want.Type), want.data()); err != nil {
		return no(422, "bad_content", "%v", err)
	}
	if !hasDots(want) {
		return no(422, "bad_content", "a name in %q has no final dot", want.Content)
	}
	for _, o := range d.records {
		switch {
		case o == instead || o.Name != want.Name:
		case o.Type == want.Type && o.Content == want.Content && samePrio(o.Prio, want.Prio):
			return no(409, "duplicate_record", "the record is there already")
		case o.Type == "CNAME" || want.Type == "CNAME":
			return no(422, "cname_conflict", "a CNAME stands alone at %s", want.Name)
		}
	}
	return answer{}, true
}

func samePrio(a, b *uint16) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// data is the record data in master file form.
func (w in) data() string {
	switch {
	case w.Type == "TXT":
		return zone.Text(w.Content)
	case w.Prio != nil:
		return strconv.Itoa(int(*w.Prio)) + " " + w.Content
	}
	return w.Content
}

// hasDots holds where all names in data end in a dot.
func hasDots(w in) bool {
	switch zone.Type(w.Type) {
	case zone.CNAME, zone.MX, zone.NS, zone.PTR, zone.SRV:
		return strings.HasSuffix(w.Content, ".")
	}
	return true
}

// stored is a record as a domain keeps it.
func (s *Service) stored(r zone.Record, apex zone.Name) *record {
	rec := &record{ID: s.nextID(), Name: r.Name.Relative(apex), Type: string(r.Type), TTL: r.TTL, Content: r.Data}
	switch r.Type {
	case zone.MX, zone.SRV:
		prio, rest, _ := strings.Cut(r.Data, " ")
		n, _ := strconv.ParseUint(prio, 10, 16)
		p := uint16(n)
		rec.Prio, rec.Content = &p, rest
	case zone.TXT:
		rec.Content, _ = zone.RawText(r.Data)
	}
	return rec
}
