package godaddy

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zonecast/zonecast/zone"
)

// A dialect is what differs between the versions in how they write records.
type dialect struct {
	types []zone.Type // that can be written
	other []zone.Type // that the other version can write
	dots  bool        // targets end in a dot
	wild  []zone.Type // that may stand at a wildcard; nil: all
	named bool        // an SRV may have its whole name in the field of that name
}

var (
	version1 = dialect{
		types: []zone.Type{zone.A, zone.AAAA, zone.CNAME, zone.MX, zone.SRV, zone.TXT},
		other: []zone.Type{zone.CAA, "HTTPS", "SVCB"},
	}
	version3 = dialect{
		types: []zone.Type{zone.A, zone.AAAA, zone.CAA, zone.CNAME, "HTTPS", zone.MX, zone.SRV, "SVCB", zone.TXT},
		dots:  true, named: true,
		wild: []zone.Type{zone.A, zone.AAAA, zone.CNAME},
	}
)

// readOnly says why sets of a type cannot be written; "" where they can.
func (d dialect) readOnly(t zone.Type) string {
	switch {
	case slices.Contains(d.types, t):
		return ""
	case t == zone.NS:
		return "GoDaddy's API cannot write NS records, below the apex either"
	case slices.Contains(d.other, t):
		return "version 1 of GoDaddy's API cannot write " + string(t) + " records; with a personal access token, version 3 can"
	}
	return "GoDaddy's API cannot write " + string(t) + " records"
}

const whyName = "GoDaddy takes only names of letters, digits, hyphens and underscores"

// unwritable says why a set cannot be written here; "" where it can.
func (d dialect) unwritable(apex zone.Name, s zone.RRset) string {
	name := s.Name.Relative(apex)
	switch {
	case d.readOnly(s.Type) != "":
		return d.readOnly(s.Type)
	case !plain(name):
		return whyName
	case strings.HasPrefix(name, "*") && d.wild != nil && !slices.Contains(d.wild, s.Type):
		return "GoDaddy has wildcards for A, AAAA and CNAME only"
	case s.Type == zone.SRV && !isService(name):
		return "GoDaddy has SRV records only at names of the form _service._protocol"
	}
	for _, data := range s.Data {
		if why := d.unfit(s.Type, data); why != "" {
			return why
		}
	}
	return ""
}

// refuses says why a change must not be tried; "" where it may.
func (d dialect) refuses(apex zone.Name, c zone.Change) string {
	if c.Op() != zone.Delete {
		return d.unwritable(apex, c.New)
	}
	if why := d.readOnly(c.Old.Type); why != "" || plain(c.Old.Name.Relative(apex)) {
		return why
	}
	return whyName
}

// unfit says why data cannot be written so that the same is read back.
func (d dialect) unfit(t zone.Type, data string) string {
	if strings.HasPrefix(data, `\#`) { // RFC 3597, for what has no other form
		return "GoDaddy has no form for this data"
	}
	switch t {
	case zone.TXT, zone.CAA:
		text := data
		if t == zone.CAA {
			text = strings.SplitN(data, " ", 3)[2] // behind flag and tag
		}
		if raw, err := zone.RawText(text); err != nil || !utf8.ValidString(raw) || strings.ContainsRune(raw, utf8.RuneError) {
			return "GoDaddy takes only texts in UTF-8"
		}
	case zone.CNAME, zone.MX, zone.SRV:
		target := data[strings.LastIndexByte(data, ' ')+1:]
		if !plain(target) && target != "." || !d.dots && target != "." && strings.Count(target, ".") < 2 {
			return "GoDaddy's API cannot write the target " + target
		}
	}
	return ""
}

// plain reports whether a name has only what GoDaddy takes in one, so that it
// means the same in a path, in JSON and in the DNS.
func plain(name string) bool {
	if name == "@" {
		return true
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		case c == '*' && i == 0 && (len(name) == 1 || name[1] == '.'):
		default:
			return false
		}
	}
	return name != "" && name[0] != '.' && !strings.Contains(name, "..")
}

// isService reports whether a relative name begins with a service and a protocol.
func isService(name string) bool {
	service, rest, ok := strings.Cut(name, ".")
	protocol, _, _ := strings.Cut(rest, ".")
	return ok && len(service) > 1 && service[0] == '_' && len(protocol) > 1 && protocol[0] == '_'
}

// base is the name that GoDaddy keeps a set under: that of an SRV without service
// and protocol.
func base(apex, name zone.Name, t zone.Type) string {
	if t != zone.SRV {
		return name.Relative(apex)
	}
	parts := strings.SplitN(name.Relative(apex), ".", 3)
	if len(parts) < 3 {
		return "@"
	}
	return parts[2]
}
