package provider

import (
	"errors"
	"fmt"

	"github.com/libdns/libdns"

	"github.com/zonecast/zonecast/zone"
)

// ask is a record that a libdns caller names, in the zone's spelling. Where it is
// for a deletion, what the caller left empty stands for anything.
type ask struct {
	zone.Record // without a type the data is as it was given
	anyTTL      bool
	anyData     bool
}

func (a ask) key() zone.Key { return zone.Key{Name: a.Name, Type: a.Type} }

// reader reads one record of a caller.
type reader func(apex zone.Name, r libdns.Record) (ask, error)

// asksOf reads what a caller gave, all of it or none.
func asksOf(apex zone.Name, recs []libdns.Record, read reader) ([]ask, error) {
	var errs []error
	asks := make([]ask, len(recs))
	for i, r := range recs {
		var err error
		if asks[i], err = read(apex, r); err != nil {
			errs = append(errs, fmt.Errorf("record %d: %w", i, err))
		}
	}
	return asks, errors.Join(errs...)
}

// askOf reads a record of which some may be left empty.
func askOf(apex zone.Name, r libdns.Record) (a ask, err error) {
	rr, empty, err := plainRR(r)
	if err != nil {
		return a, err
	}
	a = ask{zone.Record{TTL: seconds(rr.TTL), Data: rr.Data}, rr.TTL == 0, empty}
	if a.Name, err = apex.Join(rr.Name); err != nil {
		return a, err
	}
	if !a.Name.In(apex) {
		return a, fmt.Errorf("%s %w %s", a.Name, zone.ErrOutOfZone, apex)
	}
	if rr.Type == "" {
		return a, nil
	}
	if a.Type, err = zone.ParseType(rr.Type); err == nil && !empty {
		a.Data, err = zone.Canonical(a.Type, rr.Data)
	}
	return a, err
}

var (
	errNoType = errors.New("has no type")
	errNoData = errors.New("has no data")
)

// askWhole reads a record to be written, which has to have a type and data.
func askWhole(apex zone.Name, r libdns.Record) (ask, error) {
	a, err := askOf(apex, r)
	switch {
	case err != nil:
		return a, err
	case a.Type == "":
		return a, fmt.Errorf("%s %w", a.Name, errNoType)
	case a.anyData && !isText(a.Type):
		return a, fmt.Errorf("%s %w", a.key(), errNoData)
	}
	return a, nil
}

// keysOf gives the sets that the asks are about, none where one of them is about
// every set of its name.
func keysOf(asks []ask) (keys []zone.Key) {
	seen := make(map[zone.Key]bool, len(asks))
	for _, a := range asks {
		if a.Type == "" {
			return nil
		}
		if !seen[a.key()] {
			seen[a.key()] = true
			keys = append(keys, a.key())
		}
	}
	return keys
}

// matches reports whether the ask means this record of the zone.
func (a ask) matches(r zone.Record) bool {
	return a.Name == r.Name && (a.Type == "" || a.Type == r.Type) &&
		(a.anyTTL || a.TTL == r.TTL) && (a.anyData || sameValue(r.Type, a.dataAs(r.Type), r.Data))
}

// dataAs gives the data of an ask as a type would spell it.
func (a ask) dataAs(t zone.Type) string {
	if a.Type != "" {
		return a.Data
	}
	data := a.Data
	if isText(t) {
		data = zone.Text(data)
	}
	data, _ = zone.Canonical(t, data) // what is not fit for the type is no data of it
	return data
}

// sameValue reports whether libdns could not tell two values apart: it does not
// know where a text is cut.
func sameValue(t zone.Type, a, b string) bool {
	if a == b || !isText(t) {
		return a == b
	}
	rawA, errA := zone.RawText(a)
	rawB, errB := zone.RawText(b)
	return errA == nil && errB == nil && rawA == rawB
}

// typedRecords gives a zone as libdns wants it.
func typedRecords(z *zone.Zone) (out []libdns.Record) {
	for s := range z.All() {
		for _, r := range libdnsRecords(z.Name(), s) {
			out = append(out, typed(r.RR()))
		}
	}
	return out
}

// typed gives a record as the struct that libdns has for its type. libdns panics
// at some data, and reads some as another record: that stays as it is.
func typed(rr libdns.RR) (out libdns.Record) {
	defer func() {
		if recover() != nil {
			out = rr
		}
	}()
	parsed, err := rr.Parse()
	if err != nil || !sameRecord(rr, parsed) {
		return rr
	}
	return parsed
}

// sameRecord reports whether we would read two records as the same one.
func sameRecord(a, b libdns.Record) bool {
	x, _, errX := plainRR(a)
	y, _, errY := plainRR(b)
	if errX != nil || errY != nil || x.Name != y.Name || x.Type != y.Type {
		return false
	}
	dataX, errX := zone.Canonical(zone.Type(x.Type), x.Data)
	dataY, errY := zone.Canonical(zone.Type(y.Type), y.Data)
	return errX == nil && errY == nil && dataX == dataY
}
