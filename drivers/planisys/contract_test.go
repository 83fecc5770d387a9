package planisys_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// silent is a network that nobody may use.
type silent struct{ t *testing.T }

func (s silent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.t.Errorf("%s %s was sent", r.Method, r.URL)
	return nil, errors.New("no")
}

func TestTheContractHasEveryCallOfTheProfile(t *testing.T) {
	var b strings.Builder
	o := planisys.Options{URL: "https://pdns.example/api/", Reseller: "myplan", Profile: example(t), Transport: silent{t},
		Key: func() (string, error) { t.Error("nobody needs the key"); return key, nil }}
	require.NoError(t, planisys.WriteContract(ctx, &b, o, "example.com."))
	text := b.String()
	for _, want := range []string{
		"# list\nGET https://pdns.example/api/domain_list\nAccept: application/json\nAuthorization: [secret]\nReseller: myplan\n",
		"# create\nPOST https://pdns.example/api/domain\n",
		"\n{\"name\":\"example.com\"}\n",
		"# read\nGET https://pdns.example/api/domain/example.com/records?page=1&size=100\n",
		"# write.add\nPOST https://pdns.example/api/domain/example.com/records\n",
		`{"content":"5 5060 sip.example.net.","name":"_sip._tcp","prio":0,"ttl":3600,"type":"SRV"}`,
		"# write.change\nPUT https://pdns.example/api/domain/example.com/records/ID1\n",
		"# write.remove\nDELETE https://pdns.example/api/domain/example.com/records/ID1\n",
		"# delete\nDELETE https://pdns.example/api/domain/example.com\n",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, key)
	for line := range strings.Lines(text) {
		if line[0] == '{' {
			assert.True(t, json.Valid([]byte(line)), line)
		}
	}
}

// What the contract shows is what is sent, octet for octet but for the key, the ids
// and what the service is asked again.
func TestTheContractIsWhatIsSent(t *testing.T) {
	b := newBed(t)
	sample := planisys.Sample("example.com.")
	b.fake.Put((*zone.Zone)(nil).Apply(invert(sample)))
	var sent []string
	b.net.SetFault(func(r *http.Request) resttest.Fault {
		if isWrite(r) {
			sent = append(sent, r.Method+" "+r.URL.Path[:strings.Index(r.URL.Path, "/records")])
			assert.Equal(t, "zonecast", r.Header.Get("User-Agent"))
		}
		return nil
	})
	require.NoError(t, b.Apply(ctx, sample))

	var shown []string
	var out strings.Builder
	require.NoError(t, planisys.WriteContract(ctx, &out, planisys.Options{Reseller: "a", Profile: example(t)}, "example.com."))
	for line := range strings.Lines(out.String()) {
		method, at, _ := strings.Cut(line, " "+planisys.Cloud)
		if path, _, ok := strings.Cut(at, "/records"); ok && method != "GET" {
			shown = append(shown, method+" /api/v1"+path)
		}
	}
	assert.Equal(t, shown, sent)
}

// invert is a plan that leads to what another one begins at.
func invert(p zone.Plan) zone.Plan {
	out := zone.Plan{Zone: p.Zone}
	for _, c := range p.Changes {
		if c.Old.Name != "" {
			out.Changes = append(out.Changes, zone.Change{New: c.Old})
		}
	}
	return out
}

func TestInContractModeNothingIsSentAndNothingIsWell(t *testing.T) {
	for _, text := range []string{"", setProfile, zoneProfile} {
		var b strings.Builder
		o := planisys.Options{Company: "acme", Profile: example(t), Contract: &b, Transport: silent{t}}
		if text != "" {
			p, err := planisys.ParseProfile([]byte(text))
			require.NoError(t, err)
			o.Profile = p
		}
		p, err := planisys.New(o)
		require.NoError(t, err)
		_, err = p.Zone(ctx, "example.com.")
		assert.ErrorIs(t, err, planisys.ErrContract)
		assert.ErrorIs(t, p.Apply(ctx, planisys.Sample("example.com.")), planisys.ErrContract)
		l, _ := provider.As[provider.Lister](p)
		for _, err := range l.Zones(ctx) {
			assert.ErrorIs(t, err, planisys.ErrContract)
		}
		if c, ok := provider.As[provider.Creator](p); ok {
			_, err = c.CreateZone(ctx, parse(t, "example.com.", "www 300 A 192.0.2.1"))
			assert.ErrorIs(t, err, planisys.ErrContract)
			assert.ErrorIs(t, c.DeleteZone(ctx, "example.com."), planisys.ErrContract)
		}
		s := provider.Syncer{Provider: p, Ledger: &provider.MemoryLedger{}}
		res, err := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: parse(t, "example.com.", "www 300 A 192.0.2.1")}})
		assert.ErrorIs(t, err, planisys.ErrContract)
		assert.Equal(t, provider.Failed, res.State)
		assert.NotEmpty(t, b.String())
	}
}

func TestAContractThatCannotBeWrittenIsAnError(t *testing.T) {
	f, err := os.Open(os.DevNull) // for reading
	require.NoError(t, err)
	defer f.Close()
	err = planisys.WriteContract(context.Background(), f, planisys.Options{Reseller: "a", Profile: example(t)}, "example.com.")
	assert.Error(t, err)
	err = planisys.WriteContract(ctx, f, planisys.Options{Reseller: "a"}, "a..b")
	assert.Error(t, err)
}
