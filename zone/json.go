package zone

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// jsonVersion is the version of the JSON forms of zones and plans. Readers
// refuse every other.
const jsonVersion = 1

// MarshalJSON writes the zone without any loss: sets, serial, protection. The
// form is canonical, so that equal bytes mean the same zone.
//
//	{"version":1,"zone":"example.com.","sets":[{"name":"www.example.com.","type":"A","ttl":300,"data":["192.0.2.1"]}]}
func (z *Zone) MarshalJSON() ([]byte, error) {
	if z == nil {
		return []byte("null"), nil
	}
	out := appendHead(make([]byte, 0, 96*len(z.sets)+64), z.name)
	out = append(out, `,"sets":[`...)
	for i, s := range z.sets {
		out = appendSet(appendComma(out, i), s)
	}
	out = append(out, ']')
	if len(z.protected) > 0 {
		p, err := json.Marshal(z.protected)
		if err != nil {
			return nil, err
		}
		out = append(append(out, `,"protected":`...), p...)
	}
	return append(out, '}'), nil
}

func appendHead(out []byte, name Name) []byte {
	out = strconv.AppendInt(append(out, `{"version":`...), jsonVersion, 10)
	return appendJSONString(append(out, `,"zone":`...), string(name))
}

func appendSet(out []byte, s RRset) []byte {
	out = appendJSONString(append(out, `{"name":`...), string(s.Name))
	out = appendJSONString(append(out, `,"type":`...), string(s.Type))
	out = strconv.AppendUint(append(out, `,"ttl":`...), uint64(s.TTL), 10)
	out = append(out, `,"data":[`...)
	for i, data := range s.Data {
		out = appendJSONString(appendComma(out, i), data)
	}
	return append(out, "]}"...)
}

func appendComma(out []byte, i int) []byte {
	if i > 0 {
		return append(out, ',')
	}
	return out
}

// appendJSONString writes a string as encoding/json does, so that a zone inside
// a larger document has the same bytes as one alone.
func appendJSONString(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string cannot fail
			return append(out, quoted...)
		}
	}
	return append(append(append(out, '"'), s...), '"')
}

type jsonSet struct {
	Name Name     `json:"name"`
	Type Type     `json:"type"`
	TTL  *uint32  `json:"ttl"`
	Data []string `json:"data"`
}

type jsonZone struct {
	Version   int         `json:"version"`
	Zone      Name        `json:"zone"`
	Sets      []jsonSet   `json:"sets"`
	Protected []Protected `json:"protected"`
}

var (
	errNoSets   = errors.New("has no sets: what could not be read is not an empty zone")
	errNoTTLKey = errors.New("a set has no ttl")
	errSetTwice = errors.New("a set stands twice")
	errNoData   = errors.New("a set has no data")
	errCanonize = errors.New("data outside ASCII must be escaped")
)

// UnmarshalJSON reads what MarshalJSON writes. Everything goes through the door
// again, so what an older version of this package wrote comes out as this one
// spells it.
func (z *Zone) UnmarshalJSON(b []byte) error {
	got, err := zoneOfJSON(b)
	if err != nil {
		return fmt.Errorf("zone in JSON: %w", err)
	}
	*z = *got
	return nil
}

func zoneOfJSON(b []byte) (*Zone, error) {
	var j jsonZone
	if json.Unmarshal(b, &j) == nil {
		if z, err := j.zone(); err == nil && isWritten(b, z) {
			return z, nil
		}
	}
	j = jsonZone{}
	if err := strictJSON(b, &j, &j.Version); err != nil {
		return nil, err
	}
	return j.zone()
}

func (j jsonZone) zone() (*Zone, error) {
	if j.Sets == nil {
		return nil, errNoSets
	}
	var records []Record
	for _, s := range j.Sets {
		r, err := s.records()
		if err != nil {
			return nil, err
		}
		records = append(records, r...)
	}
	z, err := New(j.Zone, records...)
	if err != nil {
		return nil, err
	}
	if z.Len() != len(j.Sets) {
		return nil, errSetTwice
	}
	for i, p := range j.Protected {
		if err := p.readable(); err != nil {
			return nil, fmt.Errorf("protected %d: %w", i, err)
		}
	}
	return z.Protect(j.Protected...), nil
}

func (s jsonSet) records() (out []Record, err error) {
	if len(s.Data) == 0 {
		return nil, fmt.Errorf("%s: %w", Key{s.Name, s.Type}, errNoData)
	}
	if s.TTL == nil {
		return nil, fmt.Errorf("%s: %w", Key{s.Name, s.Type}, errNoTTLKey)
	}
	for _, data := range s.Data {
		if !isASCII(data) {
			return nil, fmt.Errorf("%s: %w", Key{s.Name, s.Type}, errCanonize)
		}
		out = append(out, Record{s.Name, s.Type, *s.TTL, data})
	}
	return out, nil
}

// readable wants a key that Protect would not have to guess.
func (p Protected) readable() (err error) {
	if p.Name != "" {
		if _, err = ParseName(string(p.Name)); err != nil {
			return err
		}
	}
	if p.Type != "" {
		_, err = ParseType(string(p.Type))
	}
	return err
}
