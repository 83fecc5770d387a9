package zone

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
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
	TTL  uint32   `json:"ttl"`
	Data []string `json:"data"`
}

type jsonZone struct {
	Version   int         `json:"version"`
	Zone      Name        `json:"zone"`
	Sets      []jsonSet   `json:"sets"`
	Protected []Protected `json:"protected"`
}

var (
	errUTF8     = errors.New("is not valid UTF-8")
	errNoData   = errors.New("a set has no data")
	errCanonize = errors.New("data outside ASCII must be escaped")
)

// UnmarshalJSON reads what MarshalJSON writes. Everything goes through the door
// again, so what an older version of this package wrote comes out as this one
// spells it.
func (z *Zone) UnmarshalJSON(b []byte) error {
	var j jsonZone
	if err := strictJSON(b, &j, &j.Version); err != nil {
		return fmt.Errorf("zone in JSON: %w", err)
	}
	var records []Record
	for _, s := range j.Sets {
		r, err := s.records()
		if err != nil {
			return fmt.Errorf("zone in JSON: %w", err)
		}
		records = append(records, r...)
	}
	got, err := New(j.Zone, records...)
	if err != nil {
		return fmt.Errorf("zone in JSON: %w", err)
	}
	for i := range j.Protected {
		if err := j.Protected[i].respell(); err != nil {
			return fmt.Errorf("zone in JSON: protected %d: %w", i, err)
		}
	}
	*z = *got.Protect(j.Protected...)
	return nil
}

// strictJSON decodes b into v and wants every key known, and the version ours.
func strictJSON(b []byte, v any, version *int) error {
	if !utf8.Valid(b) {
		return errUTF8
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if *version != jsonVersion {
		return fmt.Errorf("version %d, want %d", *version, jsonVersion)
	}
	return nil
}

func (s jsonSet) records() (out []Record, err error) {
	if len(s.Data) == 0 {
		return nil, fmt.Errorf("%s: %w", Key{s.Name, s.Type}, errNoData)
	}
	for _, data := range s.Data {
		if !isASCII(data) {
			return nil, fmt.Errorf("%s: %w", Key{s.Name, s.Type}, errCanonize)
		}
		out = append(out, Record{s.Name, s.Type, s.TTL, data})
	}
	return out, nil
}

// respell brings the key of p into canonical spelling, its empty parts aside.
func (p *Protected) respell() (err error) {
	if p.Name != "" {
		if p.Name, err = ParseName(string(p.Name)); err != nil {
			return err
		}
	}
	if p.Type != "" {
		p.Type, err = ParseType(string(p.Type))
	}
	return err
}
