package route53test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
func FuzzNamesAreSpelledInOneWay(f *testing.F) {
	for _, s := range []string{"example.com", `\052.a`, `a\056b.`, "a..b", ".", "", `\`, `\37`, "ü", strings.Repeat("a", 64)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := parseName(s)
		if err != nil {
			return
		}
		again, err := parseName(name)
		assert.NoError(t, err)
		assert.Equal(t, name, again)
		assert.Equal(t, strings.ToLower(name), name)
		assert.True(t, strings.HasSuffix(name, "."))
	})
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
func TestTheOrderIsThatOfReversedNames(t *testing.T) {
	reversed := func(name string) string {
		labels := strings.Split(strings.TrimSuffix(name, "."), ".")
		slices.Reverse(labels)
		return strings.Join(labels, ".") + "."
	}
	name := rapid.StringMatching(`([ab\-_0]{1,2}\.|\\052\.){1,3}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		assert.Equal(t, cmp.Compare(reversed(a), reversed(b)), compareNames(a, b))
	})
}

func FuzzDataIsJudgedAndNothingPanics(f *testing.F) {
	for typ := range forms {
		f.Add(typ, `1 1 "a" \`)
		f.Add(typ, `"`)
	}
	f.Add("TXT", `"\303\274" "b"`)
	f.Add("TXT", `"\`)
	f.Fuzz(func(t *testing.T, typ, value string) {
		if slices.Contains(types, typ) && judge(typ, value, true) == nil {
			assert.NoError(t, judge(typ, value, false), "the rule that is a setting only adds")
		}
	})
}

func FuzzARequestIsAnswered(f *testing.F) {
	f.Add("POST", "/2013-04-01/hostedzone", "<CreateHostedZoneRequest><Name>a.b</Name><CallerReference>x</CallerReference></CreateHostedZoneRequest>")
	f.Add("GET", "/2013-04-01/hostedzone//rrset?name=%ff&type=A", "")
	f.Add("POST", "/2013-04-01/tags/hostedzone/Z1", "<ChangeTagsForResourceRequest/>")
	f.Add("GET", "/", "")
	f.Fuzz(func(t *testing.T, method, target, body string) {
		s := &Service{}
		id := s.AddZone("example.com")
		r, err := http.NewRequest(method, "https://route53.amazonaws.com"+strings.ReplaceAll(target, "Z1", id), strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", "x")
		answer, err := s.Client().Transport.RoundTrip(r)
		assert.NoError(t, err)
		assert.NotZero(t, answer.StatusCode)
	})
}
