package zone

import (
	"fmt"
	"strings"
)

// A Record is one line of a zone, in any spelling. TTL is in seconds.
type Record struct {
	Name Name
	Type Type
	TTL  uint32
	Data string
}

// A Key names an RRset.
type Key struct {
	Name Name `json:"name"`
	Type Type `json:"type"`
}

func (k Key) String() string {
	if k.Type == "" {
		return string(k.Name)
	}
	return string(k.Name) + " " + string(k.Type)
}

// IsAuthority holds for the two sets that every zone has at its apex and that
// say who is its authority: the SOA and the NS set.
func (k Key) IsAuthority(apex Name) bool {
	return k.Name == apex && (k.Type == SOA || k.Type == NS)
}

// compareKeys is canonical order: by name (RFC 4034 section 6.1), then SOA, NS,
// and the other types by mnemonic.
func compareKeys(a, b Key) int {
	if c := Compare(a.Name, b.Name); c != 0 {
		return c
	}
	return compareTypes(a.Type, b.Type)
}

// An RRset is all records of one name and type: the unit of comparing and of
// writing (RFC 2181 section 5). Data is canonical, sorted, each value once, and
// belongs to the zone that it came from: read it, do not write to it.
type RRset struct {
	Key
	TTL  uint32   `json:"ttl"` // in seconds
	Data []string `json:"data"`
}

// Equal reports whether two sets have the same name, type, TTL and data.
func (s RRset) Equal(o RRset) bool { return s.TTL == o.TTL && s.sameData(o) }

// sameData is Equal but for the TTL.
func (s RRset) sameData(o RRset) bool {
	if s.Type != o.Type || s.Name != o.Name || len(s.Data) != len(o.Data) {
		return false
	}
	for i := range s.Data {
		if s.Data[i] != o.Data[i] {
			return false
		}
	}
	return true
}

// Records gives the records of the set, one for each value.
func (s RRset) Records() []Record {
	out := make([]Record, len(s.Data))
	for i, data := range s.Data {
		out[i] = Record{s.Name, s.Type, ownTTL(s.Type, s.TTL, data), data}
	}
	return out
}

// String is the set as lines of a master file, the last one without an end.
func (s RRset) String() string {
	var b []byte
	for _, data := range s.Data {
		b = appendRecord(b, s.Key, ownTTL(s.Type, s.TTL, data), data)
	}
	return strings.TrimSuffix(string(b), "\n")
}

// MaxTTL is the largest time to live, in seconds (RFC 2181 section 8).
const MaxTTL = 1<<31 - 1

// A RecordError says which record a zone refused, and why.
type RecordError struct {
	Record Record
	Err    error
}

func (e *RecordError) Error() string {
	return fmt.Sprintf("record %s: %v", quote(string(e.Record.Name)), e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

// canonical puts a record into canonical spelling and checks that it belongs
// into zone.
func (r Record) canonical(zone Name) (Record, error) {
	n, err := ParseName(string(r.Name))
	if err != nil {
		return r, &RecordError{r, err}
	}
	if !n.In(zone) {
		return r, &RecordError{r, fmt.Errorf("%w %s", ErrOutOfZone, zone)}
	}
	t, err := ParseType(string(r.Type))
	if err != nil {
		return r, &RecordError{r, err}
	}
	if r.TTL > MaxTTL {
		return r, &RecordError{r, fmt.Errorf("%s: TTL %d is over %d", t, r.TTL, MaxTTL)}
	}
	data, err := Canonical(t, r.Data)
	if err != nil {
		return r, &RecordError{r, err}
	}
	return Record{n, t, ownTTL(t, r.TTL, data), data}, nil
}
