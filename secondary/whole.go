package secondary

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// whole makes a zone of a transfer of all of it.
func (in *incoming) whole(octets int64) (Transfer, error) {
	z, err := zone.New(in.name, in.body...)
	if err != nil {
		return Transfer{}, err
	}
	return Transfer{Zone: z, Findings: append(in.strayed(), doubled(z, in.body)...), Records: in.records, Octets: octets}, nil
}

// strayed tells of records out of the zone, which are left out: who is authoritative
// for one zone says nothing of another.
func (in *incoming) strayed() []zone.Finding {
	if in.strays == 0 {
		return nil
	}
	var names []string
	for _, r := range in.foreign {
		names = append(names, string(r.Name))
	}
	text := fmt.Sprintf("the primary has %d records that are not in the zone, as at %s: they are left out", in.strays, strings.Join(names, ", "))
	return []zone.Finding{{Text: text}}
}

// doubled tells of what a primary has twice, or with more than one TTL.
func doubled(z *zone.Zone, records []zone.Record) (fs []zone.Finding) {
	var values, seconds, said uint64
	for s := range z.All() {
		values += uint64(len(s.Data))
		seconds += secondsOf(s)
	}
	for _, r := range records {
		said += uint64(r.TTL)
	}
	if twice := uint64(len(records)) - values; twice > 0 {
		fs = append(fs, zone.Finding{Text: fmt.Sprintf("the primary has %d records more than once: each counts once", twice)})
	}
	if said == seconds {
		return fs // the TTLs are those of the sets
	}
	last := zone.Key{}
	for _, r := range records {
		k := zone.Key{Name: r.Name, Type: r.Type}
		s, _ := z.Get(k)
		switch {
		case k == last:
			continue
		case r.Type == zone.RRSIG && !slices.Contains(s.Records(), r):
			fs = append(fs, zone.Finding{Key: k, Text: fmt.Sprintf("the primary has a signature with a TTL of %d, which is not that of what it signs: that is taken", r.TTL)})
		case r.Type != zone.RRSIG && s.TTL != r.TTL:
			fs = append(fs, zone.Finding{Key: k, Text: fmt.Sprintf("the primary has it with more than one TTL: the lowest, %d, is taken", s.TTL)})
		default:
			continue
		}
		last = k
		if len(fs) > 20 {
			break
		}
	}
	return fs
}

// secondsOf sums up the TTLs of a set. Signatures have one each.
func secondsOf(s zone.RRset) (sum uint64) {
	if s.Type != zone.RRSIG {
		return uint64(len(s.Data)) * uint64(s.TTL)
	}
	for _, r := range s.Records() {
		sum += uint64(r.TTL)
	}
	return sum
}

var (
	errNoSuch  = errors.New("the difference takes away a record that is not there")
	errAlready = errors.New("the difference brings a record that is there already")
)

// onto applies a difference to the zone that it was asked for.
func (in *incoming) onto(have *zone.Zone, octets int64) (Transfer, error) {
	e := edit{zone: have, sets: map[zone.Key]zone.RRset{}}
	for _, s := range in.steps {
		for _, r := range s.drop {
			if !e.drop(r) {
				return Transfer{}, &differenceError{fmt.Errorf("%s %s: %w", r.Name, r.Type, errNoSuch)}
			}
		}
		for _, r := range s.add {
			if !e.add(r) {
				return Transfer{}, &differenceError{fmt.Errorf("%s %s: %w", r.Name, r.Type, errAlready)}
			}
		}
	}
	z, delta, err := e.result(in.first)
	if err != nil {
		return Transfer{}, &differenceError{err}
	}
	delta.From, delta.To = in.have, in.serial
	return Transfer{Zone: z, Delta: &delta, Findings: in.strayed(), Records: in.records, Octets: octets}, nil
}

// edit is a zone of which some sets become others.
type edit struct {
	zone *zone.Zone
	sets map[zone.Key]zone.RRset // as they are by now
}

func (e *edit) get(r zone.Record) (s zone.RRset) {
	k := zone.Key{Name: r.Name, Type: r.Type}
	s, ok := e.sets[k]
	if !ok {
		if s, ok = e.zone.Get(k); !ok {
			s.Key = k
		}
		s.Data = slices.Clone(s.Data)
	}
	return s
}

func (e *edit) drop(r zone.Record) bool {
	s := e.get(r)
	i := slices.Index(s.Data, r.Data)
	if i < 0 {
		return false
	}
	s.Data = slices.Delete(s.Data, i, i+1)
	e.sets[s.Key] = s
	return true
}

func (e *edit) add(r zone.Record) bool {
	s := e.get(r)
	if slices.Contains(s.Data, r.Data) {
		return false
	}
	if len(s.Data) == 0 {
		s.TTL = r.TTL
	}
	s.Data, s.TTL = append(s.Data, r.Data), min(s.TTL, r.TTL)
	e.sets[s.Key] = s
	return true
}

// result is the zone with its new SOA, and what of it is other than it was.
func (e *edit) result(soa zone.Record) (z *zone.Zone, delta zone.Patch, err error) {
	e.sets[zone.Key{Name: soa.Name, Type: soa.Type}] = zone.RRset{Key: zone.Key{Name: soa.Name, Type: soa.Type}, TTL: soa.TTL, Data: []string{soa.Data}}
	var records []zone.Record
	for _, s := range e.sets {
		records = append(records, s.Records()...)
	}
	news, err := zone.New(e.zone.Name(), records...)
	if err != nil {
		return nil, delta, err
	}
	plan := zone.Plan{Zone: e.zone.Name()}
	for k := range e.sets {
		was, _ := e.zone.Get(k)
		is, _ := news.Get(k)
		if was.Equal(is) {
			continue
		}
		plan.Changes = append(plan.Changes, zone.Change{Old: was, New: is})
		delta.Drop = append(delta.Drop, without(was, is)...)
		delta.Add = append(delta.Add, without(is, was)...)
	}
	return e.zone.Apply(plan), delta, nil
}

// without gives the records of a set that another one does not have just so.
func without(s, other zone.RRset) (out []zone.Record) {
	for _, r := range s.Records() {
		if s.TTL != other.TTL || !slices.Contains(other.Data, r.Data) {
			out = append(out, r)
		}
	}
	return out
}
