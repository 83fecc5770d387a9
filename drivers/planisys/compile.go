package planisys

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"text/template"

	"github.com/zonecast/zonecast/zone"
)

const headerLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// A program is a profile that is fit to be used.
type program struct {
	Profile
	list, read, add, change, put, remove, create, delete *operation // nil: the profile does not say how
}

// faults gathers all that is wrong with a profile, each where it stands.
type faults []error

func (f *faults) add(place string, err error) {
	if err != nil {
		*f = append(*f, fmt.Errorf("%s: %w", place, err))
	}
}

func (f *faults) unless(ok bool, place, format string, args ...any) {
	if !ok {
		f.add(place, fmt.Errorf(format, args...))
	}
}

func (f *faults) pointers(place string, at ...*Pointer) {
	for _, p := range at {
		if p != nil {
			f.add(place, p.judge())
		}
	}
}

func (f *faults) template(place, text string) *template.Template {
	t, err := parseTemplate(text)
	f.add(place, err)
	return t
}

// compile makes a profile ready, or says all that is wrong with it.
func (p Profile) compile() (*program, error) {
	var bad faults
	p.Records = p.Records.usual()
	c := &program{Profile: p, list: Operation{Path: "domain_list"}.compile("list", http.MethodGet, &bad)}
	bad.unless(strings.Trim(p.Company, headerLetters) == "", "company_header", "%q is no name of a header", p.Company)
	bad.unless(p.Calls >= 0, "calls_per_minute", "%d is below 0", p.Calls)
	bad.pointers("list", &p.List.Items, &p.List.Name)
	p.Answers.compile(&bad)
	if p.Read != nil {
		p.Records.compile(&bad)
		c.compileRead(&bad)
	}
	c.compileWrite(&bad)
	c.compileZones(&bad)
	if bad == nil {
		c.rehearse(&bad)
	}
	if bad != nil {
		return nil, fmt.Errorf("profile: %w", errors.Join(bad...))
	}
	return c, nil
}

func (r Records) usual() Records {
	if r.Apex == nil {
		r.Apex = new("@")
	}
	return r
}

func (a Answers) compile(bad *faults) {
	bad.pointers("answers", &a.Code, &a.Words)
	for i, m := range a.Success {
		m.compile(fmt.Sprintf("answers.success.%d", i), bad)
	}
	means := map[Meaning]bool{}
	for i, o := range a.Outcomes {
		place := fmt.Sprintf("answers.outcomes.%d", i)
		o.compile(place, bad)
		_, ok := kinds[o.Means]
		bad.unless(ok, place+".means", "%q is none of %v", o.Means, slices.Sorted(maps.Keys(kinds)))
		means[o.Means] = true
		bad.unless(o.Means != Absent || o.At != nil && len(o.Is) > 0 && !slices.Contains(o.Is, nil), place,
			"what tells an absent zone is a value in the answer, at and is: a status alone may also come of a path that is wrong")
	}
	bad.unless(!means[Absent] || means[Suspended], "answers.outcomes",
		"there is absent and no suspended: a suspended zone must not be taken for an absent one")
}

func (m Match) compile(place string, bad *faults) {
	bad.pointers(place+".at", m.At)
	bad.unless(len(m.Status) > 0 || m.At != nil, place, "it matches everything: want status, or at")
	bad.unless(len(m.Is) == 0 || m.At != nil, place, "there is a value and no place for it: want at")
	for _, s := range m.Status {
		bad.unless(s >= 100 && s < 600, place+".status", "%d is no status", s)
	}
}

// fields is how many fields the data of a type has that may stand apart.
var fields = map[zone.Type]int{zone.MX: 2, zone.SRV: 4, zone.CAA: 3, "TLSA": 4, "SSHFP": 3, zone.DS: 4, "NAPTR": 6}

func (r Records) compile(bad *faults) {
	all := r.pointers()
	for i := range all {
		bad.pointers("records", &all[i])
	}
	bad.unless(r.Name != "", "records.name", "there is none")
	bad.unless(r.Type != "", "records.type", "there is none")
	bad.unless(r.Data != "" || r.Values != nil, "records.data", "there is none")
	bad.unless(r.Values == nil || *r.Values != "", "records.values", "an array in a row is wanted, and not the row")
	bad.unless(r.TTL != nil || r.DefaultTTL > 0, "records.ttl", "there is none, and no default_ttl")
	bad.unless(r.DefaultTTL <= zone.MaxTTL, "records.default_ttl", "%d is over %d", r.DefaultTTL, zone.MaxTTL)
	bad.choice("records.names", r.Names, Relative, Absolute, Dotted)
	bad.choice("records.targets", r.Targets, Relative, Absolute, Dotted)
	bad.choice("records.texts", r.Texts, Quoted, Plain)
	for _, t := range slices.Sorted(maps.Keys(r.Parts)) {
		n := len(r.Parts[t])
		bad.unless(n > 1 && n <= fields[zone.Type(t)], "records.parts."+t, "%d parts: the data of this type has %d fields that may stand apart", n, fields[zone.Type(t)])
	}
	for i, m := range r.Only {
		place := fmt.Sprintf("records.only.%d", i)
		m.compile(place, bad)
		bad.unless(m.At != nil && m.Status == nil, place, "a row has no status: want at")
	}
}

func (f *faults) choice(place string, is any, words ...any) {
	f.unless(slices.Contains(words, is), place, "%q is none of %v", is, words)
}

func (c *program) compileRead(bad *faults) {
	c.read = c.Read.Operation.compile("read", http.MethodGet, bad)
	bad.unless(c.read.method == http.MethodGet || c.read.method == http.MethodPost, "read.method", "%s does not read", c.read.method)
	bad.pointers("read", &c.Read.Rows, c.Read.Version)
	p := c.Read.Pages
	if p == nil {
		return
	}
	bad.pointers("read.pages", p.Next, p.Total)
	bad.unless(p.Size >= 0, "read.pages.size", "%d is below 0", p.Size)
	bad.unless(p.Next != nil || p.Total != nil || p.Size > 0, "read.pages", "nothing tells which page is the last: want next, total or size")
}

// compileWrite wants of a unit of writing just the operations that it has.
func (c *program) compileWrite(bad *faults) {
	w := c.Write
	if w == nil {
		return
	}
	bad.unless(c.Read != nil, "write", "nobody can write what he cannot read: want read beside it")
	bad.unless(len(c.Answers.Success) > 0, "answers.success", "there is none, and what is written wants one")
	bad.unless(len(w.Types) > 0, "write.types", "there are none")
	bad.unless(w.MaxTTL == 0 || w.MaxTTL >= w.MinTTL, "write.max_ttl", "%d is below min_ttl %d", w.MaxTTL, w.MinTTL)
	for _, text := range w.Types {
		t, err := zone.ParseType(text)
		bad.add("write.types", err)
		bad.unless(t != zone.SOA, "write.types", "the SOA is the service's own")
	}
	bad.choice("write.by", w.By, ByRecord, BySet, ByZone)
	has := func(o *Operation, name string, wanted, may bool) *operation {
		bad.unless(o != nil || !wanted, "write."+name, "there is none, and writing by %s wants it", w.By)
		bad.unless(o == nil || wanted || may, "write."+name, "writing by %s has no use for it", w.By)
		if o == nil {
			return nil
		}
		return o.compile("write."+name, http.MethodPost, bad)
	}
	c.add = has(w.Add, "add", w.By == ByRecord, w.By == BySet)
	c.change = has(w.Change, "change", w.By == ByRecord, false)
	c.put = has(w.Put, "put", w.By == BySet || w.By == ByZone, false)
	c.remove = has(w.Remove, "remove", w.By == ByRecord || w.By == BySet, false)
	bad.unless(w.By != ByRecord || c.Records.Values == nil, "write.by", "a row is a set where there are values: want set or zone")
}

func (c *program) compileZones(bad *faults) {
	if c.Create != nil {
		bad.unless(c.Write != nil, "create", "an empty zone is of no use: want write beside it")
		bad.pointers("create.name_servers", c.Create.NameServers)
		c.create = c.Create.Operation.compile("create", http.MethodPost, bad)
	}
	if c.Delete != nil {
		bad.unless(c.Create != nil, "delete", "who does not create zones does not delete them: want create beside it")
		c.delete = c.Delete.compile("delete", http.MethodPost, bad)
	}
}
