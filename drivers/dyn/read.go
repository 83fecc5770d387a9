package dyn

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A record is one as the service gives it. Its class says which of the other services
// of Dyn it belongs to; that of the service's own NS is Primary, or left out.
type record struct {
	FQDN  string `json:"fqdn"`
	Type  string `json:"record_type"`
	TTL   scalar `json:"ttl"`
	ID    scalar `json:"record_id"`
	Class scalar `json:"service_class"`
	RData rdata  `json:"rdata"`
}

// tree has lists of records, under names as a_records. Those of all types are there,
// also where they are empty.
type tree map[string][]record

// holding is what the service has of a zone.
type holding struct {
	zone   *zone.Zone
	ids    map[zone.Key][]string
	serial string
}

var errNoSOA = errors.New("the list of its records has no SOA, which is not believed")

// read reads a zone whole.
func (s *session) read(ctx context.Context, name zone.Name) (holding, error) {
	var all tree
	err := s.get(ctx, &all, rest.Path("AllRecord", bare(name)), detail)
	switch {
	case err != nil && codeOf(err) == notFound:
		return holding{}, missing(name, err)
	case err != nil:
		return holding{}, err
	case len(all["soa_records"]) == 0: // every zone has one
		return holding{}, fmt.Errorf("dyn: zone %s: %w", name, errNoSOA)
	}
	return hold(name, all)
}

// readBelow reads a name and all below it.
func (s *session) readBelow(ctx context.Context, apex, node zone.Name) (holding, error) {
	var some tree
	err := s.get(ctx, &some, rest.Path("AllRecord", bare(apex), bare(node)), detail)
	switch {
	case err != nil && noSuchZone(err):
		return holding{}, missing(apex, err)
	case err != nil && codeOf(err) != notFound:
		return holding{}, err
	}
	return hold(apex, some)
}

// noSuchZone tells a zone that is not there from a name that is not in it.
func noSuchZone(err error) bool {
	return codeOf(err) == notFound && strings.Contains(err.Error(), "zone: No such")
}

func missing(name zone.Name, err error) error {
	return fmt.Errorf("zone %s: %w: %w", name, provider.ErrNoZone, err)
}

// hold makes a zone of records. What the model cannot hold is protected.
func hold(apex zone.Name, all tree) (holding, error) {
	h := holding{ids: map[zone.Key][]string{}}
	var records []zone.Record
	var guards []zone.Protected
	for _, list := range slices.Sorted(maps.Keys(all)) {
		for _, r := range all[list] {
			if r.Type == "" {
				r.Type = strings.TrimSuffix(list, "_records")
			}
			one, why := r.read()
			if why != nil {
				guards = append(guards, r.guards(apex, one.Name, why)...)
				continue
			}
			if one.Type == zone.SOA {
				h.serial = string(r.RData["serial"])
			}
			records = append(records, one)
			k := zone.Key{Name: one.Name, Type: one.Type}
			h.ids[k] = append(h.ids[k], string(r.ID))
		}
	}
	z, err := zone.New(apex, records...)
	if err != nil {
		return holding{}, fmt.Errorf("dyn: %w", err)
	}
	h.zone = z.Protect(guards...)
	return h, nil
}

// read gives a record as the model has it, or why the model cannot.
func (r record) read() (out zone.Record, err error) {
	if out.Name, err = zone.ParseName(r.FQDN); err != nil {
		return zone.Record{}, err
	}
	if out.Type, err = zone.ParseType(r.Type); err != nil {
		return out, fmt.Errorf("%s is a type of Dyn's own", strings.ToUpper(r.Type))
	}
	if c := string(r.Class); c != "" && !(c == "Primary" && out.Type == zone.NS) {
		return out, fmt.Errorf("the record belongs to the service %q of Dyn", c)
	}
	if forms[out.Type] == nil {
		return out, fmt.Errorf("%s records are not written at Dyn", out.Type)
	}
	ttl, err := strconv.ParseUint(string(r.TTL), 10, 31)
	if err != nil {
		return out, fmt.Errorf("the record has the TTL %q", r.TTL)
	}
	out.TTL = uint32(ttl)
	out.Data, err = r.RData.decode(out.Type)
	return out, err
}

// guards protect what a record stands for that cannot be held. An alias answers for
// addresses, a steering policy for the type that it names.
func (r record) guards(apex, name zone.Name, why error) (out []zone.Protected) {
	if name != "" && !name.In(apex) {
		name = ""
	}
	types := []string{r.Type}
	switch strings.ToUpper(r.Type) {
	case "ALIAS":
		types = []string{"A", "AAAA"}
	case "POLICY":
		types = []string{string(r.RData["rtype"])}
	}
	for _, t := range types {
		out = append(out, zone.Protected{Key: zone.Key{Name: name, Type: zone.Type(t)}, Reason: why.Error()})
	}
	return out
}
