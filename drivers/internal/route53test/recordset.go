package route53test

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A RecordSet is one as it goes over the wire. One with a SetIdentifier is part
// of a group with a routing policy; one with an AliasTarget has no values.
type RecordSet struct {
	Name                    string
	Type                    string
	SetIdentifier           string                `xml:",omitempty"`
	Weight                  *int64                `xml:",omitempty"`
	Region                  string                `xml:",omitempty"`
	GeoLocation             *GeoLocation          `xml:",omitempty"`
	Failover                string                `xml:",omitempty"`
	MultiValueAnswer        *bool                 `xml:",omitempty"`
	TTL                     *int64                `xml:",omitempty"`
	Values                  Values                `xml:"ResourceRecords,omitempty"`
	AliasTarget             *AliasTarget          `xml:",omitempty"`
	HealthCheckId           string                `xml:",omitempty"`
	TrafficPolicyInstanceId string                `xml:",omitempty"`
	CidrRoutingConfig       *CidrRoutingConfig    `xml:",omitempty"`
	GeoProximityLocation    *GeoProximityLocation `xml:",omitempty"`
}

// A Value is one record's data.
type Value struct{ Value string }

// Values are the data of a set. An alias has none, and is listed without the
// element that would hold them.
type Values []Value

type values struct {
	Values []Value `xml:"ResourceRecord"`
}

// MarshalXML implements xml.Marshaler.
func (v Values) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(values{v}, start)
}

// UnmarshalXML implements xml.Unmarshaler.
func (v *Values) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var in values
	err := d.DecodeElement(&in, &start)
	*v = in.Values
	return err
}

// An AliasTarget says where an alias points.
type AliasTarget struct {
	HostedZoneId         string
	DNSName              string
	EvaluateTargetHealth bool
}

// String shows a set in one line.
func (r RecordSet) String() string {
	parts := []string{r.Name, r.Type}
	if r.SetIdentifier != "" {
		parts = append(parts, "["+r.SetIdentifier+"]")
	}
	if r.TTL != nil {
		parts = append(parts, fmt.Sprint(*r.TTL))
	}
	if r.AliasTarget != nil {
		parts = append(parts, "ALIAS", r.AliasTarget.DNSName)
	}
	if len(r.Values) > 0 {
		parts = append(parts, strings.Join(r.Data(), ", "))
	}
	return strings.Join(parts, " ")
}

// normalize puts a target into the spelling in which it is listed.
func (a *AliasTarget) normalize() {
	if name, err := parseName(a.DNSName); err == nil {
		a.DNSName = name
	}
	a.HostedZoneId = strings.TrimPrefix(a.HostedZoneId, "/hostedzone/")
}

// A GeoLocation is where a query comes from.
type GeoLocation struct {
	ContinentCode   string `xml:",omitempty"`
	CountryCode     string `xml:",omitempty"`
	SubdivisionCode string `xml:",omitempty"`
}

// A GeoProximityLocation is a place that queries are near to.
type GeoProximityLocation struct {
	AWSRegion      string `xml:",omitempty"`
	LocalZoneGroup string `xml:",omitempty"`
	Bias           *int32 `xml:",omitempty"`
}

// A CidrRoutingConfig is the network that a query comes from.
type CidrRoutingConfig struct {
	CollectionId string
	LocationName string
}

// Simple makes a set of plain records.
func Simple(name, typ string, ttl int64, values ...string) RecordSet {
	set := RecordSet{Name: name, Type: typ, TTL: &ttl}
	for _, v := range values {
		set.Values = append(set.Values, Value{v})
	}
	return set
}

// Alias makes an alias of a target.
func Alias(name, typ, zoneID, target string) RecordSet {
	return RecordSet{Name: name, Type: typ, AliasTarget: &AliasTarget{HostedZoneId: zoneID, DNSName: target}}
}

// Weighted gives a set a weight in a group.
func (r RecordSet) Weighted(identifier string, weight int64) RecordSet {
	r.SetIdentifier, r.Weight = identifier, &weight
	return r
}

// Data gives the values as text.
func (r RecordSet) Data() (out []string) {
	for _, v := range r.Values {
		out = append(out, v.Value)
	}
	return out
}

// compareSets is the order of lists: names from their right end, then types,
// then identifiers.
func compareSets(a, b RecordSet) int {
	return cmp.Or(
		compareNames(a.Name, b.Name),
		strings.Compare(a.Type, b.Type),
		strings.Compare(a.SetIdentifier, b.SetIdentifier))
}

// find gives the place of a set in a list in order.
func find(sets []RecordSet, want RecordSet) (int, bool) {
	return slices.BinarySearchFunc(sets, want, compareSets)
}

// same reports whether two sets of one key say the same. The order of values
// does not matter, their spelling does.
func (r RecordSet) same(other RecordSet) bool {
	for _, set := range []*RecordSet{&r, &other} {
		set.Values = slices.Clone(set.Values)
		slices.SortFunc(set.Values, func(a, b Value) int { return strings.Compare(a.Value, b.Value) })
		if len(set.Values) == 0 {
			set.Values = nil
		}
	}
	return reflect.DeepEqual(r, other)
}

// label names a set as the service does.
func (r RecordSet) label() string {
	s := fmt.Sprintf("name='%s', type='%s'", r.Name, r.Type)
	if r.SetIdentifier != "" {
		s += fmt.Sprintf(", set identifier='%s'", r.SetIdentifier)
	}
	return s
}

func null(s string) string {
	if s == "" {
		return "null"
	}
	return s
}
