package route53

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// wire makes a plain set.
func wire(name, typ string, ttl int64, values ...string) recordSet {
	s := recordSet{Name: &name, Type: types.RRType(typ), TTL: &ttl}
	for _, v := range values {
		s.ResourceRecords = append(s.ResourceRecords, types.ResourceRecord{Value: aws.String(v)})
	}
	return s
}

func TestSetsComeBackAsTheyWent(t *testing.T) {
	z := theZone(t, `@ 300 MX 0 .
*.dev 300 A 192.0.2.1
*.dev 300 A 192.0.2.2
t 300 TXT "say \"hi\"" "\195\188"
0/25 300 NS ns1.example.net.`)
	var sets []recordSet
	for s := range z.All() {
		sets = append(sets, toWire(s))
	}
	l, err := understand("example.com.", sets)
	require.NoError(t, err)
	assert.Equal(t, z.String(), l.zone.String())
	assert.Empty(t, l.zone.Protected())
	assert.Empty(t, l.odd)
	assert.Equal(t, 4, l.sets)
}

func TestWhatTheModelCannotHoldIsProtectedWithItsReason(t *testing.T) {
	alias := recordSet{Name: aws.String("example.com."), Type: "A", AliasTarget: &types.AliasTarget{DNSName: aws.String("lb.example.net."), HostedZoneId: aws.String("Z2")}}
	with := func(change func(*recordSet)) recordSet {
		s := wire("example.com.", "A", 300, "192.0.2.1")
		s.SetIdentifier = aws.String("id")
		change(&s)
		return s
	}
	for why, s := range map[string]recordSet{
		"an alias of lb.example.net.":       alias,
		"weighted 10 (id)":                  with(func(s *recordSet) { s.Weight = aws.Int64(10) }),
		"latency-based, for eu-west-1 (id)": with(func(s *recordSet) { s.Region = "eu-west-1" }),
		"for the location DE (id)":          with(func(s *recordSet) { s.GeoLocation = &types.GeoLocation{CountryCode: aws.String("DE")} }),
		"for the location EU (id)":          with(func(s *recordSet) { s.GeoLocation = &types.GeoLocation{ContinentCode: aws.String("EU")} }),
		"geoproximity-based, near eu-west-1 (id)": with(func(s *recordSet) {
			s.GeoProximityLocation = &types.GeoProximityLocation{AWSRegion: aws.String("eu-west-1")}
		}),
		"for the networks office (id)":                        with(func(s *recordSet) { s.CidrRoutingConfig = &types.CidrRoutingConfig{LocationName: aws.String("office")} }),
		"failover PRIMARY (id)":                               with(func(s *recordSet) { s.Failover = "PRIMARY" }),
		"multivalue answer with a health check (id)":          with(func(s *recordSet) { s.MultiValueAnswer, s.HealthCheckId = aws.Bool(true), aws.String("h") }),
		"with a routing policy (id)":                          with(func(*recordSet) {}),
		"made by traffic policy instance T1":                  {Name: aws.String("example.com."), Type: "A", TrafficPolicyInstanceId: aws.String("T1")},
		"without values":                                      wire("example.com.", "A", 300),
		"its TTL is -1":                                       wire("example.com.", "A", -1, "192.0.2.1"),
		`cannot be read: A "192.0.2": is not an IPv4 address`: wire("example.com.", "A", 300, "192.0.2.1", "192.0.2"),
		`cannot be read: A "\\9": has an escape that is neither \ooo in octal (000 to 377) nor \X`: wire("example.com.", "A", 300, `\9`),
	} {
		l, err := understand("example.com.", []recordSet{s, wire("www.example.com.", "A", 300, "192.0.2.1")})
		require.NoError(t, err)
		assert.Equal(t, []zone.Protected{{Key: zone.Key{Name: "example.com.", Type: zone.A}, Reason: why}}, l.zone.Protected())
		assert.Equal(t, 1, l.zone.Len(), "the others are read")
	}
}

func TestSetsOfOnePolicyAreOneProtection(t *testing.T) {
	blue, green := wire("www.example.com.", "A", 60, "192.0.2.1"), wire("www.example.com.", "A", 60, "192.0.2.2")
	blue.SetIdentifier, blue.Weight = aws.String("blue"), aws.Int64(90)
	green.SetIdentifier, green.Weight = aws.String("green"), aws.Int64(10)
	l, err := understand("example.com.", []recordSet{blue, green})
	require.NoError(t, err)
	require.Len(t, l.zone.Protected(), 1)
	assert.Equal(t, "weighted 90 (blue); weighted 10 (green)", l.zone.Protected()[0].Reason)
	assert.Zero(t, l.zone.Len())
}

func TestAnUnknownTypeProtectsItsNameAndAnUnreadableNameItsType(t *testing.T) {
	l, err := understand("example.com.", []recordSet{wire("x.example.com.", "FUTURE", 60, "?"), wire(`\999.example.com.`, "A", 60, "192.0.2.1")})
	require.NoError(t, err)
	var keys []zone.Key
	for _, p := range l.zone.Protected() {
		keys = append(keys, p.Key)
	}
	assert.ElementsMatch(t, []zone.Key{{Type: zone.A}, {Name: "x.example.com."}}, keys)
}

func TestASetOfAnotherZoneIsAnError(t *testing.T) {
	_, err := understand("example.com.", []recordSet{wire("www.example.org.", "A", 60, "192.0.2.1")})
	assert.ErrorIs(t, err, zone.ErrOutOfZone)
}

func TestTheSpellingOfTheServiceIsKeptForItsDeletion(t *testing.T) {
	kept := wire("www.example.com.", "CNAME", 300, "Target.Example.NET")
	l, err := understand("example.com.", []recordSet{kept, wire("t.example.com.", "TXT", 300, `"a""b"`), wire("a.example.com.", "A", 300, "192.0.2.1")})
	require.NoError(t, err)
	require.Len(t, l.odd, 2)
	was, _ := l.zone.Get(zone.Key{Name: "www.example.com.", Type: zone.CNAME})
	assert.Equal(t, []string{"target.example.net."}, was.Data)
	deletes := func(s zone.RRset) recordSet {
		return *makeGroup("example.com.", 0, []zone.Change{{Old: s}}, l.odd).wire[0].ResourceRecordSet
	}
	assert.Equal(t, kept, deletes(was))
	was.TTL++
	assert.Equal(t, "target.example.net.", *deletes(was).ResourceRecords[0].Value, "it is another set")
}
