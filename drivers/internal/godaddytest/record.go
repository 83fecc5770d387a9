package godaddytest

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A Record is what the store holds, and what both versions say of it: targets with
// their final dot, SRV under the name that service and protocol stand below.
type Record struct {
	ID         string `json:"recordId,omitempty"`
	Type       string `json:"type,omitempty"`
	Name       string `json:"name,omitempty"`
	Data       string `json:"data"`
	TTL        *int   `json:"ttl,omitempty"`
	Priority   *int   `json:"priority,omitempty"`
	Weight     *int   `json:"weight,omitempty"`
	Port       *int   `json:"port,omitempty"`
	Service    string `json:"service,omitempty"`
	Protocol   string `json:"protocol,omitempty"`
	Flag       *int   `json:"flag,omitempty"`
	Tag        string `json:"tag,omitempty"`
	Parameters string `json:"parameters,omitempty"`
}

func num(n int) *int { return &n }

// Num is a pointer to a number, as the optional fields want it.
func Num(n int) *int { return num(n) }

func (r Record) hasTarget() bool {
	return slices.Contains([]string{"CNAME", "MX", "NS", "SRV", "ALIAS", "HTTPS", "SVCB"}, r.Type)
}

// An issue is what is wrong with a request.
type issue struct{ code, path, message string }

// domainShaped is what a name of a record looks like, relative to its domain.
var domainShaped = regexp.MustCompile(`^(@|(\*|\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*)?)$`)

// issues finds what is wrong with a record in a version of the API.
func (r Record) issues(v version, at string) (out []issue) {
	say := func(code, field, format string, args ...any) {
		out = append(out, issue{code, at + field, fmt.Sprintf(format, args...)})
	}
	if !slices.Contains(v.types, r.Type) {
		say("UNEXPECTED_VALUE", ".type", "is not a known type")
	}
	if r.Name == "" || !domainShaped.MatchString(r.Name) {
		say("MISMATCH_FORMAT", ".name", "does not match pattern")
	}
	switch {
	case r.TTL == nil:
		say("REQUIRED", ".ttl", "is required")
	case *r.TTL < v.minTTL:
		say("UNKNOWN_RESTRICTION", ".ttl", "must be at least %d", v.minTTL)
	case *r.TTL > v.maxTTL:
		say("UNKNOWN_RESTRICTION", ".ttl", "must be at most %d", v.maxTTL)
	}
	if !v.dataFits(r) {
		say("INVALID_FORMAT", ".data", "Invalid data provided for record, [%s]", r.Data)
	}
	for _, field := range r.missing() {
		say("REQUIRED", field, "is required")
	}
	if v.wildcards != nil && strings.HasPrefix(r.Name, "*") && !slices.Contains(v.wildcards, r.Type) {
		say("INVALID_FORMAT", ".name", "wildcards are not supported for %s", r.Type)
	}
	return out
}

// missing gives the fields that a type wants and that are not there.
func (r Record) missing() (fields []string) {
	switch r.Type {
	case "MX", "HTTPS", "SVCB":
		if r.Priority == nil {
			fields = append(fields, ".priority")
		}
	case "SRV":
		if r.Priority == nil || r.Weight == nil || r.Port == nil {
			fields = append(fields, ".priority")
		}
		if !strings.HasPrefix(r.Service, "_") || !strings.HasPrefix(r.Protocol, "_") {
			fields = append(fields, ".service")
		}
	case "CAA":
		if r.Flag == nil || r.Tag == "" {
			fields = append(fields, ".tag")
		}
	}
	return fields
}

// dataFits reports whether data has the form that its type wants here.
func (v version) dataFits(r Record) bool {
	switch {
	case r.Type == "A", r.Type == "AAAA":
		ip, err := netip.ParseAddr(r.Data)
		return err == nil && ip.Is4() == (r.Type == "A")
	case r.hasTarget():
		return v.targetFits(r.Data)
	}
	return r.Data != ""
}

// targetFits: version 3 wants targets with their final dot, version 1 shows them
// without it.
func (v version) targetFits(data string) bool {
	if data == "@" || data == "." {
		return true
	}
	bare, dotted := strings.CutSuffix(data, ".")
	return (dotted || !v.dots) && bare != "" && !strings.ContainsAny(bare, " \t") && strings.Contains(bare, ".")
}

// stored is a record as the store keeps it.
func (v version) stored(domain string, r Record) Record {
	if r.hasTarget() {
		switch {
		case r.Data == "@":
			r.Data = domain + "."
		case !strings.HasSuffix(r.Data, "."):
			r.Data += "."
		}
		r.Data = strings.ToLower(r.Data)
	}
	r.Name = strings.ToLower(r.Name)
	return r
}

// shown is a record as this version shows it.
func (v version) shown(domain string, r Record) Record {
	if !v.dots {
		r.ID = ""
		if r.hasTarget() && r.Data == domain+"." {
			r.Data = "@"
		} else if r.hasTarget() && r.Data != "." {
			r.Data = strings.TrimSuffix(r.Data, ".")
		}
	}
	return r
}

// same reports whether two records are one: type, name and data identify a record,
// with all that belongs to its data.
func (r Record) same(o Record, narrow bool) bool {
	if r.Type != o.Type || r.Name != o.Name || r.Data != o.Data || r.Service != o.Service || r.Protocol != o.Protocol {
		return false
	}
	if narrow {
		return true
	}
	eq := func(a, b *int) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }
	return eq(r.Priority, o.Priority) && eq(r.Weight, o.Weight) && eq(r.Port, o.Port) && eq(r.Flag, o.Flag) && r.Tag == o.Tag && r.Parameters == o.Parameters
}

// clashes reports whether two records cannot stand at one name.
func (r Record) clashes(o Record) bool {
	return r.Type != "SRV" && o.Type != "SRV" && r.Name == o.Name && (r.Type == "CNAME" || o.Type == "CNAME")
}

// Fill makes the store hold a zone, without its SOA.
func (s *Service) Fill(z *zone.Zone) {
	domain := strings.TrimSuffix(string(z.Name()), ".")
	var records []Record
	for set := range z.All() {
		for _, r := range set.Records() {
			if !set.Key.IsAuthority(z.Name()) {
				records = append(records, FromZone(z.Name(), r))
			}
		}
	}
	s.Put(domain, records...)
}

// FromZone writes a record of a zone as the store keeps it.
func FromZone(apex zone.Name, r zone.Record) Record {
	out := Record{Type: string(r.Type), Name: r.Name.Relative(apex), Data: r.Data, TTL: num(int(r.TTL))}
	switch r.Type {
	case zone.MX:
		out.Priority = num(0)
		fmt.Sscan(r.Data, out.Priority, &out.Data)
	case zone.SRV:
		out.Priority, out.Weight, out.Port = num(0), num(0), num(0)
		fmt.Sscan(r.Data, out.Priority, out.Weight, out.Port, &out.Data)
		labels := strings.SplitN(out.Name, ".", 3)
		out.Service, out.Protocol, out.Name = labels[0], labels[1], "@"
		if len(labels) > 2 {
			out.Name = labels[2]
		}
	case zone.TXT:
		out.Data, _ = zone.RawText(r.Data)
	case zone.CAA:
		words := strings.SplitN(r.Data, " ", 3)
		out.Flag, out.Tag = num(0), words[1]
		fmt.Sscan(words[0], out.Flag)
		out.Data, _ = zone.RawText(words[2])
	}
	return out
}
