package route53test_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

const listAPI = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html"

// listed gives the sets of a page as name, type and identifier.
func listed(sets []types.ResourceRecordSet) (out []string) {
	for _, r := range sets {
		line := strings.TrimSuffix(*r.Name, ".example.com.") + " " + string(r.Type)
		if r.SetIdentifier != nil {
			line += " " + *r.SetIdentifier
		}
		out = append(out, line)
	}
	return out
}

// listAPI: by name with the labels reversed, dot and all, then by type; escapes
// as they are listed (the page of ListHostedZonesByName).
func TestSetsAreListedByTheirReversedNames(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	for _, n := range []string{"b", "a", "z.a", "a-b", "*", "*.a", "_x", "9", `\000`, "ab"} {
		s.Put(id, route53test.Simple(n+".example.com", "TXT", 60, `""`), route53test.Simple(n+".example.com", "A", 60, "192.0.2.1"))
	}
	page, err := client(s).ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: &id})
	require.NoError(t, err, listAPI)
	assert.Equal(t, []string{
		"example.com. NS", "example.com. SOA",
		"9 A", "9 TXT", // digits come before the backslash
		`\000 A`, `\000 TXT`, `\052 A`, `\052 TXT`,
		"_x A", "_x TXT",
		"a-b A", "a-b TXT", // "a-" before "a."
		"a A", "a TXT", `\052.a A`, `\052.a TXT`, "z.a A", "z.a TXT",
		"ab A", "ab TXT", "b A", "b TXT",
	}, listed(page.ResourceRecordSets))
}

// listAPI: 300 a page at most, and the next page begins at the name, type and
// identifier that the last one names.
func TestPagesOfSetsAreWholeAndWithoutRepetition(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	for i := range 350 {
		s.Put(id, route53test.Simple(fmt.Sprintf("n%d.example.com", i), "A", 60, "192.0.2.1"))
	}
	for i := range 9 {
		s.Put(id, of(fmt.Sprint(i), weight(1)))
	}
	for _, size := range []int32{0, 1, 7, 300, 1000} {
		in := &route53.ListResourceRecordSetsInput{HostedZoneId: &id}
		if size > 0 {
			in.MaxItems = &size
		}
		var all []string
		for pages := route53.NewListResourceRecordSetsPaginator(client(s), in); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			require.NoError(t, err)
			assert.LessOrEqual(t, len(page.ResourceRecordSets), 300)
			all = append(all, listed(page.ResourceRecordSets)...)
		}
		var want []string
		for _, r := range s.Sets(id) {
			line := strings.TrimSuffix(r.Name, ".example.com.") + " " + r.Type
			want = append(want, strings.TrimSpace(line+" "+r.SetIdentifier))
		}
		assert.Equal(t, want, all, "pages of %d", size)
	}
}

// listAPI: a start is a position, and each part of it wants the one before.
func TestAListOfSetsBeginsAnywhere(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	s.Put(id, route53test.Simple("b.example.com", "A", 60, "192.0.2.1"), route53test.Simple("b.example.com", "TXT", 60, `""`), route53test.Simple("*.example.com", "A", 60, "192.0.2.1"))
	first := func(name, typ, identifier string) (string, error) {
		in := &route53.ListResourceRecordSetsInput{HostedZoneId: &id, MaxItems: p(int32(1)), StartRecordType: types.RRType(typ)}
		if name != "" {
			in.StartRecordName = &name
		}
		if identifier != "" {
			in.StartRecordIdentifier = &identifier
		}
		page, err := client(s).ListResourceRecordSets(ctx, in)
		if err != nil || len(page.ResourceRecordSets) == 0 {
			return "", err
		}
		return listed(page.ResourceRecordSets)[0], nil
	}
	for _, c := range []struct{ name, typ, want string }{
		{"b.example.com", "", "b A"}, {"B.example.com.", "AAAA", "b TXT"}, {"a.example.com", "", "b A"}, {"b.example.com", "TXT", "b TXT"},
		{"*.example.com", "", `\052 A`}, {`\052.example.com`, "A", `\052 A`}, {"c.example.com", "", ""}, {"com", "", "example.com. NS"},
	} {
		got, err := first(c.name, c.typ, "")
		require.NoError(t, err)
		assert.Equal(t, c.want, got, c)
	}
	_, err := first("", "A", "")
	refused(t, err, "InvalidInput", "StartRecordType")
	_, err = first("b.example.com", "", "x")
	refused(t, err, "InvalidInput", "StartRecordIdentifier")
	_, err = first("b.example.com", "LOC", "")
	refused(t, err, "InvalidInput", "enum")
}

// listAPI: a list shows what is PENDING, and pages mix what changes meanwhile.
func TestPagesMixWhatChangesMeanwhile(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	s.Put(id, route53test.Simple("a.example.com", "A", 60, "192.0.2.1"), route53test.Simple("b.example.com", "A", 60, "192.0.2.1"))
	s.Fault = func(action string, c route53test.Call) route53test.Fault {
		if action != "ListResourceRecordSets" || s.Count(action) > 1 {
			return route53test.Fault{}
		}
		return route53test.Fault{After: func() {
			s.Put(id, route53test.Simple("0.example.com", "A", 60, "192.0.2.9"), route53test.Simple("c.example.com", "A", 60, "192.0.2.9"))
		}}
	}
	var all []string
	for pages := route53.NewListResourceRecordSetsPaginator(client(s), &route53.ListResourceRecordSetsInput{HostedZoneId: &id, MaxItems: p(int32(3))}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		all = append(all, listed(page.ResourceRecordSets)...)
	}
	assert.Equal(t, []string{"example.com. NS", "example.com. SOA", "a A", "b A", "c A"}, all)
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html
func TestZonesAreListedAHundredAPage(t *testing.T) {
	s := &route53test.Service{}
	for i := range 250 {
		s.AddZone(fmt.Sprintf("z%d.example", i))
	}
	s.AddPrivateZone("private.example")
	seen := map[string]bool{}
	n := 0
	for pages := route53.NewListHostedZonesPaginator(client(s), &route53.ListHostedZonesInput{MaxItems: p(int32(500))}); pages.HasMorePages(); n++ {
		page, err := pages.NextPage(ctx)
		require.NoError(t, err)
		for _, z := range page.HostedZones {
			assert.False(t, seen[*z.Id], "%s comes twice", *z.Id)
			seen[*z.Id] = true
		}
	}
	assert.Len(t, seen, 251)
	assert.Equal(t, 3, n)
	page, err := client(s).ListHostedZones(ctx, &route53.ListHostedZonesInput{HostedZoneType: types.HostedZoneTypePrivateHostedZone})
	require.NoError(t, err)
	require.Len(t, page.HostedZones, 1)
	assert.True(t, page.HostedZones[0].Config.PrivateZone)
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html
func TestZonesAreListedByTheirReversedNames(t *testing.T) {
	s := &route53test.Service{}
	for _, n := range []string{"example.org", "b.example.com", "example.com", "a.example.com", "example.com", "a-b.com", "example-x.com"} {
		s.AddZone(n)
	}
	s.AddPrivateZone("example.com")
	ask := func(in route53.ListHostedZonesByNameInput) (*route53.ListHostedZonesByNameOutput, []string, error) {
		page, err := client(s).ListHostedZonesByName(ctx, &in)
		var out []string
		if err == nil {
			for _, z := range page.HostedZones {
				out = append(out, *z.Name)
			}
		}
		return page, out, err
	}
	_, all, err := ask(route53.ListHostedZonesByNameInput{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a-b.com.", "example-x.com.", "example.com.", "example.com.", "example.com.", "a.example.com.", "b.example.com.", "example.org."}, all)

	// The name is where the list begins, and not what it is about.
	_, got, err := ask(route53.ListHostedZonesByNameInput{DNSName: p("Example.com"), MaxItems: p(int32(4))})
	require.NoError(t, err)
	assert.Equal(t, []string{"example.com.", "example.com.", "example.com.", "a.example.com."}, got)
	_, got, err = ask(route53.ListHostedZonesByNameInput{DNSName: p("nothing.example.com")})
	require.NoError(t, err)
	assert.Equal(t, []string{"example.org."}, got)

	// The id is the second half of the place.
	var walked []string
	in := route53.ListHostedZonesByNameInput{MaxItems: p(int32(1))}
	for {
		page, got, err := ask(in)
		require.NoError(t, err)
		walked = append(walked, got...)
		if !page.IsTruncated {
			break
		}
		in.DNSName, in.HostedZoneId = page.NextDNSName, page.NextHostedZoneId
	}
	assert.Equal(t, all, walked)
	_, _, err = ask(route53.ListHostedZonesByNameInput{HostedZoneId: p("Z1")})
	refused(t, err, "InvalidInput", "")
	_, _, err = ask(route53.ListHostedZonesByNameInput{DNSName: p("a..b")})
	refused(t, err, "InvalidDomainName", "")
}

// Sizes of pages are numbers; the client cannot even say others.
func TestAPageHasASize(t *testing.T) {
	s := &route53test.Service{}
	for _, size := range []string{"0", "-1", "many"} {
		r, err := http.NewRequest("GET", "https://route53.amazonaws.com/2013-04-01/hostedzone?maxitems="+size, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 …")
		answer, err := s.Client().Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		assert.Equal(t, http.StatusBadRequest, answer.StatusCode)
		assert.Contains(t, string(body), "<Code>InvalidInput</Code>")
	}
}
