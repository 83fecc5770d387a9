package dyntest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// view gives records as they are with changes staged.
func view(records []Record, changes []change) []Record {
	out := slices.Clone(records)
	for _, c := range changes {
		if c.remove {
			out = slices.DeleteFunc(out, func(r Record) bool { return r.same(c.record) })
		} else {
			out = append(out, c.record)
		}
	}
	return out
}

func (q request) view(d *domain) []Record { return view(d.records, q.session.staged[d.name]) }

// below reports whether a name is another, or stands below it.
func below(name, top string) bool { return name == top || strings.HasSuffix(name, "."+top) }

// all gives a zone, or a name and all below it.
func (s *Service) all(q request, d *domain) answer {
	top := d.name
	if q.arg(1) != "" {
		top = q.arg(1)
	}
	lists, found := map[string]any{}, top == d.name
	for typ := range keys {
		if !s.Old || !slices.Contains(oldTypes, typ) {
			lists[strings.ToLower(typ)+"_records"] = []any{}
		}
	}
	var addresses []any
	records := q.view(d)
	if top == d.name {
		records = append(records, d.soa())
	}
	for _, r := range records {
		if !below(r.FQDN, top) {
			continue
		}
		found = true
		list := strings.ToLower(r.Type) + "_records"
		old, _ := lists[list].([]any)
		lists[list] = append(old, r.json(d.name, s.Old))
		addresses = append(addresses, fmt.Sprintf("/REST/%sRecord/%s/%s/%d", r.Type, d.name, r.FQDN, r.ID))
	}
	switch {
	case !found:
		return no(noNode)
	case q.detail():
		return yes(lists, info("get_tree: Here is your zone tree"))
	}
	return yes(addresses, info("get_tree: Here is your zone tree"))
}

// records serves what concerns the records of one type at a name.
func (s *Service) records(q request, d *domain, typ string) answer {
	if q.Method == http.MethodGet {
		return s.recordsAt(q, d, typ)
	}
	if f := d.blocked(); f != nil {
		return no(f)
	}
	if s.left == 0 {
		return no(isDown)
	}
	if typ == "SOA" {
		return s.soa(q, d)
	}
	var a answer
	was := slices.Clone(q.session.staged[d.name])
	switch q.Method {
	case http.MethodPost:
		a = s.add(q, d, typ)
	case http.MethodPut:
		a = s.replace(q, d, typ)
	case http.MethodDelete:
		a = s.remove(q, d, typ)
	default:
		a = no(noRoute)
	}
	if a.http != 0 {
		q.session.staged[d.name] = was
		return a
	}
	if s.left > 0 {
		s.left--
	}
	if r, ok := s.intruder[d.name]; ok {
		delete(s.intruder, d.name)
		s.stage(q, d, false, r)
	}
	return a
}

func (s *Service) stage(q request, d *domain, remove bool, r Record) {
	for _, other := range s.sessions {
		if other != q.session && len(other.staged[d.name]) > 0 {
			s.Crossed++
		}
	}
	if !remove {
		r.ID = 0
	}
	q.session.staged[d.name] = append(q.session.staged[d.name], change{s.number(), remove, r})
}

// matching gives the records of a type at the name that was asked for, one of them
// where a number is given.
func (q request) matching(d *domain, typ string) []Record {
	return slices.DeleteFunc(q.view(d), func(r Record) bool {
		return r.FQDN != q.arg(1) || r.Type != typ || q.arg(2) != "" && q.arg(2) != strconv.Itoa(r.ID)
	})
}

func (s *Service) recordsAt(q request, d *domain, typ string) answer {
	if typ == "SOA" {
		return yes([]any{d.soa().json(d.name, s.Old)})
	}
	list := q.matching(d, typ)
	if !slices.ContainsFunc(q.view(d), func(r Record) bool { return r.FQDN == q.arg(1) }) {
		return no(notInZone)
	}
	if q.arg(2) != "" {
		if len(list) == 0 {
			return no(refuse("NOT_FOUND", "record: No such record"))
		}
		return yes(list[0].json(d.name, s.Old))
	}
	out := []any{}
	for _, r := range list {
		if q.detail() {
			out = append(out, r.json(d.name, s.Old))
		} else {
			out = append(out, fmt.Sprintf("/REST/%sRecord/%s/%s/%d", typ, d.name, r.FQDN, r.ID))
		}
	}
	return yes(out, info("detail: Found %d records", len(out)))
}

// made makes a record of what was sent.
func made(q request, d *domain, typ string, from map[string]any) (Record, *fault) {
	r := Record{FQDN: q.arg(1), Type: typ, TTL: d.ttl}
	r.RData, _ = from["rdata"].(map[string]any)
	r.RData = maps.Clone(r.RData)
	if text := fmt.Sprint(from["ttl"]); from["ttl"] != nil {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return r, refuse("INVALID_DATA", "ttl: Not a number")
		}
		if n > 0 {
			r.TTL = int(n)
		}
	}
	if !below(r.FQDN, d.name) {
		return r, notInZone
	}
	return r, r.sound()
}

// clash judges a record beside what is there.
func clash(there []Record, r Record) *fault {
	same := 0
	for _, o := range there {
		switch {
		case o.FQDN != r.FQDN:
		case o.same(r):
			return refuse("TARGET_EXISTS", "rdata: Record already exists")
		case o.Type == r.Type && o.Type != "CNAME":
			same++
		case o.Type == "CNAME" || r.Type == "CNAME":
			return refuse("ILLEGAL_OPERATION", "node: A CNAME cannot stand beside other records")
		}
	}
	if r.Type == "A" && same >= 13 {
		return refuse("ILLEGAL_OPERATION", "add: A node may have up to 13 A records")
	}
	return nil
}

func (s *Service) add(q request, d *domain, typ string) answer {
	r, f := made(q, d, typ, q.body)
	if f == nil {
		f = clash(q.view(d), r)
	}
	if f != nil {
		return no(f)
	}
	s.stage(q, d, false, r)
	return yes(r.json(d.name, s.Old), info("add: Record added"))
}

// replace changes one record by its number, or all of a type at a node that is there.
func (s *Service) replace(q request, d *domain, typ string) answer {
	old := q.matching(d, typ)
	var from []any
	switch list, all := q.body[typ+"Records"].([]any); {
	case q.arg(2) != "" && len(old) == 0:
		return no(refuse("NOT_FOUND", "record: No such record"))
	case q.arg(2) != "":
		from = []any{map[string]any(q.body)}
	case !slices.ContainsFunc(q.view(d), func(r Record) bool { return r.FQDN == q.arg(1) }):
		return no(notInZone)
	case !all || len(list) == 0:
		return no(refuse("MISSING_DATA", typ+"Records: Required field missing"))
	default:
		from = list
	}
	if f := s.drop(q, d, old); f != nil {
		return no(f)
	}
	var out []any
	for _, o := range from {
		object, _ := o.(map[string]any)
		r, f := made(q, d, typ, object)
		if f == nil {
			f = clash(q.view(d), r)
		}
		if f != nil {
			return no(f)
		}
		s.stage(q, d, false, r)
		out = append(out, r.json(d.name, s.Old))
	}
	return yes(out, info("update: Record updated"))
}

// drop stages that records go, which the service's own do not.
func (s *Service) drop(q request, d *domain, old []Record) *fault {
	for _, r := range old {
		if r.Type == "NS" && r.Class == "Primary" {
			return refuse("ILLEGAL_OPERATION", "service: Core name servers cannot be modified or removed")
		}
		s.stage(q, d, true, r)
	}
	return nil
}

func (s *Service) remove(q request, d *domain, typ string) answer {
	old := q.matching(d, typ)
	if q.arg(2) == "" {
		s.Sweeping++
	}
	if len(old) == 0 {
		return no(refuse("NOT_FOUND", "node: Not in zone", "remove: Record not found"))
	}
	if f := s.drop(q, d, old); f != nil {
		return no(f)
	}
	return yes(map[string]any{}, info("delete: %d records deleted", len(old)))
}

// soa changes what of an SOA record can be changed, and ignores the rest.
func (s *Service) soa(q request, d *domain) answer {
	if q.Method != http.MethodPut {
		return no(refuse("ILLEGAL_OPERATION", "soa: The SOA cannot be added or removed"))
	}
	data, _ := q.body["rdata"].(map[string]any)
	if rname, ok := data["rname"].(string); ok {
		d.rname = strings.TrimSuffix(rname, ".")
	}
	return yes(d.soa().json(d.name, s.Old), info("update: Record updated"))
}

// prune removes a node and everything below it.
func (s *Service) prune(q request, d *domain) answer {
	s.Pruned++
	for _, r := range q.view(d) {
		if below(r.FQDN, q.arg(1)) && r.Class != "Primary" {
			s.stage(q, d, true, r)
		}
	}
	return yes(d.json(), info("remove: Node removed from zone"))
}

// changes shows or discards what is staged in the session.
func (s *Service) changes(q request, d *domain) answer {
	if q.Method == http.MethodDelete {
		n := len(q.session.staged[d.name])
		delete(q.session.staged, d.name)
		return yes(map[string]any{}, info("discard: %d changes discarded", n))
	}
	out := []any{}
	for _, c := range q.session.staged[d.name] {
		if c.remove && s.HideDeletes {
			continue
		}
		rdata := map[string]any{}
		for typ, fields := range keys {
			empty := map[string]any{}
			for _, k := range fields {
				empty[strings.TrimRight(k, "#.")] = nil
			}
			rdata["rdata_"+strings.ToLower(typ)] = empty
		}
		rdata["rdata_"+strings.ToLower(c.record.Type)] = c.record.RData
		out = append(out, map[string]any{"id": c.id, "user_id": 41327, "rdata_type": c.record.Type, "rdata": rdata,
			"serial": d.serial, "ttl": c.record.TTL, "zone": d.name, "fqdn": c.record.FQDN})
	}
	return yes(out, info("get: Here are your pending changes"))
}
