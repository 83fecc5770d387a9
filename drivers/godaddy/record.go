package godaddy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zonecast/zonecast/zone"
)

// A record is one as both versions write it. Name is relative to the zone, @ is the
// zone itself, in targets too. An SRV has the first two labels of its name in fields
// of their own.
type record struct {
	ID         string  `json:"recordId,omitempty"`
	Type       string  `json:"type,omitempty"`
	Name       string  `json:"name,omitempty"`
	Data       string  `json:"data"`
	TTL        int64   `json:"ttl"`
	Priority   *uint16 `json:"priority,omitempty"`
	Weight     *uint16 `json:"weight,omitempty"`
	Port       *uint16 `json:"port,omitempty"`
	Service    string  `json:"service,omitempty"`
	Protocol   string  `json:"protocol,omitempty"`
	Flag       *uint8  `json:"flag,omitempty"`
	Tag        string  `json:"tag,omitempty"`
	Parameters string  `json:"parameters,omitempty"`
}

// key says which set a record is of. A name or type that cannot be read is empty.
func (r record) key(apex zone.Name) (k zone.Key, err error) {
	k.Type, err = zone.ParseType(r.Type)
	name := r.Name
	if k.Type == zone.SRV && r.Service != "" {
		name = r.Service + "." + r.Protocol + "." + strings.TrimPrefix(name, "@")
		name = strings.TrimSuffix(name, ".")
	}
	n, nameErr := apex.Join(name)
	if nameErr != nil || !n.In(apex) {
		return k, fmt.Errorf("name %q: is not in the zone", name)
	}
	k.Name = n
	return k, err
}

var (
	errTTL      = errors.New("has a TTL out of range")
	errText     = errors.New("has a text that cannot be read as it is")
	errRelative = errors.New("has a target that may be relative")
)

// data gives the data of a record as master files write it.
func (r record) data(apex zone.Name, t zone.Type) (string, error) {
	switch t {
	case zone.TXT, zone.CAA:
		if strings.ContainsRune(r.Data, utf8.RuneError) {
			return "", errText
		}
		if t == zone.TXT {
			return zone.Text(r.Data), nil
		}
		return fmt.Sprintf(`%d %s "%s"`, value(r.Flag), r.Tag, zone.Escape(r.Data)), nil
	case zone.CNAME, zone.NS, zone.MX, zone.SRV, "HTTPS", "SVCB":
		to, err := target(apex, r.Data)
		if err != nil {
			return "", err
		}
		return strings.TrimSpace(r.numbers(t) + to + " " + r.Parameters), nil
	}
	return r.Data, nil
}

// numbers is what stands before the target in the data of a record.
func (r record) numbers(t zone.Type) string {
	switch t {
	case zone.MX, "HTTPS", "SVCB":
		return fmt.Sprint(value(r.Priority), " ")
	case zone.SRV:
		return fmt.Sprint(value(r.Priority), " ", value(r.Weight), " ", value(r.Port), " ")
	}
	return ""
}

func value[T uint8 | uint16](p *T) (n T) {
	if p != nil {
		n = *p
	}
	return n
}

// target makes a target absolute. Version 1 leaves the final dot out.
func target(apex zone.Name, data string) (string, error) {
	switch {
	case data == "@":
		return string(apex), nil
	case strings.HasSuffix(data, "."):
		return data, nil
	case !strings.Contains(data, "."):
		return "", errRelative
	}
	return data + ".", nil
}

// read gives a record of the zone, or says why it cannot be one.
func (r record) read(apex zone.Name, k zone.Key) (zone.Record, error) {
	if r.TTL < 0 || r.TTL > zone.MaxTTL {
		return zone.Record{}, errTTL
	}
	data, err := r.data(apex, k.Type)
	if err == nil {
		data, err = zone.Canonical(k.Type, data)
	}
	return zone.Record{Name: k.Name, Type: k.Type, TTL: uint32(r.TTL), Data: data}, err
}

// written gives the records that make up a set.
func (d dialect) written(apex zone.Name, s zone.RRset) ([]record, error) {
	var out []record
	for _, data := range s.Data {
		r := record{Type: string(s.Type), Name: base(apex, s.Name, s.Type), TTL: int64(s.TTL), Data: data}
		if err := d.fields(&r, s); err != nil {
			return nil, fmt.Errorf("%s %q: %w", s.Key, data, err)
		}
		out = append(out, r)
	}
	return out, nil
}

// fields takes the data of a record apart.
func (d dialect) fields(r *record, s zone.RRset) (err error) {
	words := strings.Fields(r.Data)
	switch s.Type {
	case zone.TXT:
		r.Data, err = zone.RawText(r.Data)
		return err
	case zone.CAA:
		r.Flag, r.Tag = number[uint8](words[0], &err), words[1]
		text, textErr := zone.RawText(strings.SplitN(r.Data, " ", 3)[2])
		r.Data = text
		return errors.Join(err, textErr)
	case zone.CNAME:
		r.Data = d.target(words[0])
	case zone.MX:
		r.Priority, r.Data = number[uint16](words[0], &err), d.target(words[1])
	case "HTTPS", "SVCB":
		r.Priority, r.Data, r.Parameters = number[uint16](words[0], &err), d.target(words[1]), params(r.Data)
	case zone.SRV:
		r.Priority, r.Weight, r.Port, r.Data = number[uint16](words[0], &err), number[uint16](words[1], &err), number[uint16](words[2], &err), d.target(words[3])
		labels := strings.SplitN(string(s.Name), ".", 3)
		r.Service, r.Protocol = labels[0], labels[1]
	}
	return err
}

// params is what stands behind the target of an HTTPS or SVCB record.
func params(data string) string {
	if parts := strings.SplitN(data, " ", 3); len(parts) == 3 {
		return parts[2]
	}
	return ""
}

// target writes a target as this version does.
func (d dialect) target(name string) string {
	if d.dots || name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// number reads a number of canonical data; the first that does not fit is the error.
func number[T uint8 | uint16](text string, err *error) *T {
	bits := 16
	if T(0)-1 == 255 {
		bits = 8
	}
	n, e := strconv.ParseUint(text, 10, bits)
	if *err == nil {
		*err = e
	}
	out := T(n)
	return &out
}
