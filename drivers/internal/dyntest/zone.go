package dyntest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A domain is a zone of the account. Its serial is 0 until it is published.
type domain struct {
	name      string
	serial    int
	style     string
	ttl       int
	rname     string
	frozen    bool
	secondary bool
	task      *task // that blocks it
	records   []Record
}

// A task is what follows a publish or a creation.
type task struct {
	id    int
	name  string
	zone  string
	ready time.Time
}

func (t *task) runs() bool { return t != nil && time.Now().Before(t.ready) }

// newDomain makes a zone with what the service puts into it.
func (s *Service) newDomain(name, rname string, ttl int, style string) *domain {
	d := &domain{name: name, style: style, ttl: ttl, rname: rname}
	for i := range 4 {
		d.records = append(d.records, Record{s.number(), name, "NS", 86400, "Primary", map[string]any{"nsdname": fmt.Sprintf("ns%d.p19.dynect.net.", i+1)}})
	}
	return d
}

// soa is the record that nobody writes but by its fields.
func (d *domain) soa() Record {
	return Record{1, d.name, "SOA", d.ttl, "", map[string]any{
		"rname": d.rname + ".", "mname": "ns1.p19.dynect.net.", "serial": d.serial, "refresh": 3600, "retry": 600, "expire": 604800, "minimum": 1800}}
}

func (d *domain) json() map[string]any {
	kind := "Primary"
	if d.secondary {
		kind = "Secondary"
	}
	return map[string]any{"zone": d.name, "serial": d.serial, "serial_style": d.style, "zone_type": kind}
}

// begin starts a task, of which the answer has the number.
func (s *Service) begin(name string, d *domain, data map[string]any) map[string]any {
	if s.Old {
		return data
	}
	t := &task{s.number(), name, d.name, time.Now().Add(s.Task)}
	d.task, s.tasks[strconv.Itoa(t.id)] = t, t
	data["task_id"] = strconv.Itoa(t.id)
	return data
}

// blocked is the fault of whatever would change a zone with a task, or a frozen one.
func (d *domain) blocked() *fault {
	switch {
	case d.task.runs():
		return refuse("ILLEGAL_OPERATION", "zone: Operation blocked by current task", "task_name: "+d.task.name, fmt.Sprintf("task_id: %d", d.task.id))
	case d.frozen:
		return isFrozen
	case d.secondary:
		return refuse("ILLEGAL_OPERATION", "zone: This is a secondary zone")
	}
	return nil
}

func (s *Service) task(q request) answer {
	t := s.tasks[q.arg(0)]
	if t == nil || q.Method != http.MethodGet {
		return no(refuse("NOT_FOUND", "task_id: No such task"))
	}
	status := "running"
	if !t.runs() {
		status = "complete"
		if s.TaskEnds != "" {
			status = s.TaskEnds
		}
	}
	return yes(map[string]any{"task_id": strconv.Itoa(t.id), "name": t.name, "zone_name": t.zone, "status": status, "blocking": "Y", "message": ""})
}

func (s *Service) zone(q request) answer {
	name := q.arg(0)
	d := s.zones[name]
	switch {
	case name == "" && q.Method == http.MethodGet:
		return s.list(q)
	case q.Method == http.MethodPost:
		return s.create(q, name)
	case d == nil:
		return no(noSuchZone)
	case q.Method == http.MethodGet:
		return yes(d.json(), info("get: Your zone, %s", name))
	case q.Method == http.MethodPut:
		return s.order(q, d)
	case q.Method == http.MethodDelete:
		if f := d.blocked(); f != nil {
			return no(f)
		}
		delete(s.zones, name)
		return yes(map[string]any{}, info("remove: Zone removed"))
	}
	return no(noRoute)
}

// list gives the zones, of which nobody may rely on the order.
func (s *Service) list(q request) answer {
	var out []any
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(s.zones))) {
		if q.detail() {
			out = append(out, s.zones[name].json())
		} else {
			out = append(out, "/REST/Zone/"+name+"/")
		}
	}
	return yes(out, info("get: Your %d zones", len(out)))
}

func (s *Service) create(q request, name string) answer {
	rname, _ := q.body["rname"].(string)
	ttl, err := strconv.Atoi(fmt.Sprint(q.body["ttl"]))
	style, _ := q.body["serial_style"].(string)
	switch {
	case s.zones[name] != nil:
		return no(refuse("TARGET_EXISTS", "name: Name already exists", "create: You already have this zone."))
	case rname == "" || err != nil:
		return no(refuse("MISSING_DATA", "rname: Required field missing"))
	case !slices.Contains([]string{"", "increment", "epoch", "day", "minute"}, style):
		return no(refuse("INVALID_DATA", "serial_style: Invalid style"))
	}
	if style == "" {
		style = "increment"
	}
	d := s.newDomain(name, strings.TrimSuffix(rname, "."), ttl, style)
	s.zones[name] = d
	return yes(s.begin("ProvisionZone", d, d.json()), info("create: New zone %s created.  Publish it to put it on our server.", name), info("setup: If you plan to provide your own secondary DNS for the zone, allow notify requests from these IP addresses on your nameserver"))
}

// order freezes, thaws or publishes.
func (s *Service) order(q request, d *domain) answer {
	given := 0
	for _, k := range []string{"freeze", "thaw", "publish"} {
		if q.body[k] != nil {
			given++
		}
	}
	switch {
	case given != 1:
		return no(refuse("INVALID_REQUEST", "zone: Only one operation may be specified"))
	case q.body["thaw"] == true:
		d.frozen = false
		return yes(map[string]any{}, info("thaw: Your zone is now thawed, you may edit normally"))
	case d.task.runs():
		return no(d.blocked())
	case q.body["freeze"] == true:
		d.frozen = true
		return yes(map[string]any{}, info("freeze: Your zone is now frozen"))
	}
	return s.publish(q, d)
}

func (s *Service) publish(q request, d *domain) answer {
	if f := d.blocked(); f != nil {
		return no(f)
	}
	d.records = view(d.records, q.session.staged[d.name])
	for i := range d.records {
		if d.records[i].ID == 0 {
			d.records[i].ID = s.number()
		}
	}
	delete(q.session.staged, d.name)
	d.serial = next(d.serial, d.style)
	s.Publishes[d.name]++
	if s.Watch != nil {
		s.Watch(d.name, slices.Clone(d.records))
	}
	var msgs []message
	if s.Old && q.body["notes"] != nil {
		msgs = append(msgs, message{"notes: unnecessary field passed in", "API-A", new("INVALID_DATA"), "WARN"})
	}
	return yes(s.begin("PublishZone", d, d.json()), append(msgs, info("publish: %s published", d.name))...)
}

// next gives the serial after one, as the style has it.
func next(serial int, style string) int {
	now := time.Now().UTC()
	switch style {
	case "epoch":
		return int(now.Unix())
	case "minute":
		n, _ := strconv.Atoi(now.Format("0601021504"))
		return n
	case "day":
		n, _ := strconv.Atoi(now.Format("20060102"))
		return max(serial+1, 100*n)
	}
	return serial + 1
}

// Records gives what a zone serves, without its SOA.
func (s *Service) Records(name string) []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.zones[name]; d != nil {
		return slices.Clone(d.records)
	}
	return nil
}

// Serial is the serial of a zone; negative where there is none.
func (s *Service) Serial(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.zones[name]; d != nil {
		return d.serial
	}
	return -1
}

// IsFrozen reports whether a zone is.
func (s *Service) IsFrozen(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.zones[name].frozen
}

// SetFrozen freezes a zone.
func (s *Service) SetFrozen(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[name].frozen = true
}

// Secondary makes a zone one that is written elsewhere.
func (s *Service) Secondary(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[name].secondary = true
}

// Add publishes records as if somebody else had.
func (s *Service) Add(name string, records ...Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range records {
		r.ID = s.number()
		s.zones[name].records = append(s.zones[name].records, r)
	}
}

// Remove removes the records of a name as if somebody else had.
func (s *Service) Remove(name, fqdn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.zones[name]
	d.records = slices.DeleteFunc(d.records, func(r Record) bool { return r.FQDN == fqdn })
}

// Fill makes z what is published, but for SOA and NS of the apex.
func (s *Service) Fill(z *zone.Zone) {
	name := strings.TrimSuffix(string(z.Name()), ".")
	s.mu.Lock()
	s.zones[name] = s.newDomain(name, "hostmaster@"+name, 3600, "increment")
	s.zones[name].serial = 1
	s.mu.Unlock()
	for set := range z.All() {
		if !set.Key.IsAuthority(z.Name()) {
			s.Add(name, Of(set)...)
		}
	}
}
