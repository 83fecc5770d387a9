package route53

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/zone"
)

// A recordSet is one as it goes over the wire.
type recordSet = types.ResourceRecordSet

// toWire writes a set as the API has it.
func toWire(s zone.RRset) recordSet {
	out := recordSet{Name: aws.String(spellName(s.Name)), Type: types.RRType(s.Type), TTL: aws.Int64(int64(s.TTL))}
	for _, data := range s.Data {
		out.ResourceRecords = append(out.ResourceRecords, types.ResourceRecord{Value: aws.String(spellData(data))})
	}
	return out
}

// A spelling is a set that the service keeps in other words than ours: to delete
// it, its own are needed.
type spelling struct {
	set  zone.RRset
	wire recordSet
}

// listed is what a listing holds.
type listed struct {
	zone *zone.Zone
	odd  map[zone.Key]spelling // plain sets in a spelling of their own
	sets int                   // all of them, the zone's quota counts
}

// understand makes a zone of record sets. What the model cannot hold, and what
// cannot be read, is protected.
func understand(name zone.Name, sets []recordSet) (listed, error) {
	var records []zone.Record
	var guards []zone.Protected
	spelled := map[zone.Key]recordSet{}
	for _, s := range sets {
		rs, guard := recordsOf(s)
		if guard != nil {
			guards = append(guards, *guard)
			continue
		}
		records = append(records, rs...)
		spelled[zone.Key{Name: rs[0].Name, Type: rs[0].Type}] = s
	}
	z, err := zone.New(name, records...)
	if err != nil {
		return listed{}, err
	}
	l := listed{zone: z.Protect(joinReasons(guards)...), sets: len(sets)}
	for s := range z.All() {
		if wire := spelled[s.Key]; !sameWire(wire, toWire(s)) {
			if l.odd == nil {
				l.odd = map[zone.Key]spelling{}
			}
			l.odd[s.Key] = spelling{s, wire}
		}
	}
	return l, nil
}

// recordsOf reads one set, or says why it stays as it is.
func recordsOf(s recordSet) (records []zone.Record, guard *zone.Protected) {
	name, err := readName(aws.ToString(s.Name))
	if err != nil {
		return nil, &zone.Protected{Key: zone.Key{Type: zone.Type(s.Type)}, Reason: err.Error()}
	}
	k := zone.Key{Name: name, Type: zone.Type(s.Type)}
	if why := unplain(s); why != "" {
		return nil, &zone.Protected{Key: k, Reason: why}
	}
	if t, err := zone.ParseType(string(k.Type)); err != nil || t != k.Type {
		return nil, &zone.Protected{Key: zone.Key{Name: name}, Reason: fmt.Sprintf("has records of type %s, which we do not know", s.Type)}
	}
	ttl := aws.ToInt64(s.TTL)
	if ttl < 0 || ttl > zone.MaxTTL {
		return nil, &zone.Protected{Key: k, Reason: fmt.Sprintf("its TTL is %d", ttl)}
	}
	for _, r := range s.ResourceRecords {
		data, err := readData(k.Type, aws.ToString(r.Value))
		if err != nil {
			return nil, &zone.Protected{Key: k, Reason: "cannot be read: " + err.Error()}
		}
		records = append(records, zone.Record{Name: name, Type: k.Type, TTL: uint32(ttl), Data: data})
	}
	return records, nil
}

// unplain says what a set has that the model has not, "" for a plain one.
func unplain(s recordSet) string {
	var words []string
	say := func(is bool, format string, args ...any) {
		if is {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	if a := s.AliasTarget; a != nil {
		say(true, "an alias of %s", aws.ToString(a.DNSName))
	}
	say(s.Weight != nil, "weighted %d", aws.ToInt64(s.Weight))
	say(s.Region != "", "latency-based, for %s", s.Region)
	if g := s.GeoLocation; g != nil {
		say(true, "for the location %s", cmp.Or(aws.ToString(g.ContinentCode), aws.ToString(g.CountryCode)+aws.ToString(g.SubdivisionCode)))
	}
	if g := s.GeoProximityLocation; g != nil {
		say(true, "geoproximity-based, near %s", cmp.Or(aws.ToString(g.AWSRegion), aws.ToString(g.LocalZoneGroup), "coordinates"))
	}
	if c := s.CidrRoutingConfig; c != nil {
		say(true, "for the networks %s", aws.ToString(c.LocationName))
	}
	say(s.Failover != "", "failover %s", s.Failover)
	say(s.MultiValueAnswer != nil, "multivalue answer")
	say(s.TrafficPolicyInstanceId != nil, "made by traffic policy instance %s", aws.ToString(s.TrafficPolicyInstanceId))
	say(s.HealthCheckId != nil, "with a health check")
	say(words == nil && s.SetIdentifier != nil, "with a routing policy")
	say(words == nil && len(s.ResourceRecords) == 0, "without values")
	if words == nil {
		return ""
	}
	if s.SetIdentifier != nil {
		words = append(words, fmt.Sprintf("(%s)", aws.ToString(s.SetIdentifier)))
	}
	return strings.Join(words, " ")
}

// joinReasons makes one protection of all that stands at one key.
func joinReasons(guards []zone.Protected) (out []zone.Protected) {
	at := map[zone.Key]int{}
	for _, g := range guards {
		if i, ok := at[g.Key]; ok {
			out[i].Reason += "; " + g.Reason
			continue
		}
		at[g.Key] = len(out)
		out = append(out, g)
	}
	return out
}

// sameWire reports whether two plain sets are spelled alike. The order of values
// does not matter to the service.
func sameWire(a, b recordSet) bool {
	return aws.ToString(a.Name) == aws.ToString(b.Name) && slices.Equal(values(a), values(b))
}

func values(s recordSet) []string {
	out := make([]string, len(s.ResourceRecords))
	for i, r := range s.ResourceRecords {
		out[i] = aws.ToString(r.Value)
	}
	slices.Sort(out)
	return out
}
