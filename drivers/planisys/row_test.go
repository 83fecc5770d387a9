package planisys

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/zone"
)

func compiled(t require.TestingT, edit func(*Profile)) *program {
	text, err := os.ReadFile("example.yaml")
	require.NoError(t, err)
	p, err := ParseProfile(text)
	require.NoError(t, err)
	if edit != nil {
		edit(&p)
	}
	c, err := p.compile()
	require.NoError(t, err)
	return c
}

func decodeText(t *testing.T, c *program, text string) ([]row, *zone.Protected, error) {
	doc, err := document([]byte(text))
	require.NoError(t, err)
	return c.Records.decode(doc, apex)
}

func TestARowIsARecord(t *testing.T) {
	c := compiled(t, nil)
	for text, want := range map[string]zone.Record{
		`{"id": 9007199254740993, "name": "www", "type": "a", "ttl": 300, "content": "192.0.2.1", "prio": null, "disabled": false}`:     {Name: "www.example.com.", Type: "A", TTL: 300, Data: "192.0.2.1"},
		`{"id": "x", "name": "@", "type": "MX", "ttl": "300", "content": "mail.example.com.", "prio": 0, "disabled": false}`:            {Name: "example.com.", Type: "MX", TTL: 300, Data: "0 mail.example.com."},
		`{"id": 1, "name": "_s._tcp", "type": "SRV", "ttl": 300, "content": "5 5060 sip.example.net.", "prio": "7", "disabled": false}`: {Name: "_s._tcp.example.com.", Type: "SRV", TTL: 300, Data: "7 5 5060 sip.example.net."},
		`{"id": 1, "name": "@", "type": "TXT", "ttl": 300, "content": "say \"hi\"", "disabled": false, "modified": "2026-01-01"}`:       {Name: "example.com.", Type: "TXT", TTL: 300, Data: `"say \"hi\""`},
		`{"id": 1, "name": "x", "type": "TYPE65534", "ttl": 300, "content": "\\# 1 00", "disabled": false}`:                             {Name: "x.example.com.", Type: "TYPE65534", TTL: 300, Data: `\# 1 00`},
	} {
		rows, guard, err := decodeText(t, c, text)
		require.NoError(t, err)
		require.Nil(t, guard, text)
		require.Len(t, rows, 1)
		assert.Equal(t, want, rows[0].record)
		assert.NotNil(t, rows[0].id)
	}
}

// What of a row is more than the model holds, or cannot be read, is left alone and
// named.
func TestARowThatIsMoreThanARecordIsLeftAlone(t *testing.T) {
	c := compiled(t, nil)
	const good = `"id": 1, "name": "www", "type": "A", "ttl": 300, "content": "192.0.2.1", "disabled": false`
	for text, want := range map[string]zone.Protected{
		`{` + good + `, "weight": 10}`:                                  {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: `it has "weight", of which the profile says nothing`},
		`{` + strings.Replace(good, "false", "true", 1) + `}`:           {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: "it is no plain record: /disabled is true"},
		`{` + strings.Replace(good, `, "disabled": false`, "", 1) + `}`: {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: "it is no plain record: /disabled is null"},
		`{` + strings.Replace(good, `"A"`, `"ALIAS"`, 1) + `}`:          {Key: zone.Key{Name: "www.example.com."}, Reason: `type "ALIAS": is not known`},
		`{` + strings.Replace(good, `"A"`, `null`, 1) + `}`:             {Key: zone.Key{Name: "www.example.com."}, Reason: `"/type": there is nothing`},
		`{` + strings.Replace(good, `300`, `null`, 1) + `}`:             {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: "the row has no TTL"},
		`{` + strings.Replace(good, `300`, `3e2`, 1) + `}`:              {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: `"3e2" is no TTL`},
		`{` + strings.Replace(good, `300`, `4294967295`, 1) + `}`:       {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: `"4294967295" is no TTL`},
		`{` + strings.Replace(good, `"id": 1, `, "", 1) + `}`:           {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: "the row has no id"},
		`{` + strings.Replace(good, `"192.0.2.1"`, `[1]`, 1) + `}`:      {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: `"/content" is no text`},
		`{` + strings.Replace(good, `192.0.2.1`, `192.0.2`, 1) + `}`:    {Key: zone.Key{Name: "www.example.com.", Type: "A"}, Reason: `A "192.0.2": `},
		`{` + strings.Replace(good, `"A"`, `"MX"`, 1) + `}`:             {Key: zone.Key{Name: "www.example.com.", Type: "MX"}, Reason: `"/prio": there is nothing`},
	} {
		rows, guard, err := decodeText(t, c, text)
		require.NoError(t, err)
		require.NotNil(t, guard, text)
		assert.Empty(t, rows)
		assert.Equal(t, want.Key, guard.Key, text)
		assert.Contains(t, guard.Reason, want.Reason)
	}
}

func TestARowWithoutAReadableOwnerIsAnError(t *testing.T) {
	c := compiled(t, nil)
	for _, text := range []string{`{"type": "A"}`, `{"name": ["www"], "type": "A"}`, `{"name": "www.example.com", "type": "A"}`, `[]`, `"x"`, `{"name": "a..b"}`} {
		_, _, err := decodeText(t, c, text)
		assert.ErrorContains(t, err, "the name of a record: ", text)
	}
}

func TestAZoneHasOneTTLWhereRowsHaveNone(t *testing.T) {
	c := compiled(t, func(p *Profile) { p.Records.TTL, p.Records.DefaultTTL = nil, 900 })
	rows, guard, err := decodeText(t, c, `{"id": 1, "name": "www", "type": "A", "content": "192.0.2.1", "disabled": false}`)
	require.NoError(t, err)
	require.Nil(t, guard)
	assert.EqualValues(t, 900, rows[0].record.TTL)
	assert.EqualValues(t, 900, c.Traits().MinTTL)
	assert.EqualValues(t, 900, c.Traits().MaxTTL)
}

// Whatever a profile says, a set that can be written is read again as it was; of
// any other one it is known before.
func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	sets := func() (out []zone.RRset) {
		for _, ch := range Sample(apex).Changes {
			out = append(out, ch.Old, ch.New)
		}
		return append(out, zone.RRset{Key: zone.Key{Name: apex, Type: zone.TXT}, TTL: 60, Data: []string{`"\255\000" "two"`}},
			zone.RRset{Key: zone.Key{Name: apex, Type: zone.TXT}, TTL: 60, Data: []string{`"\"quoted\""`}},
			zone.RRset{Key: zone.Key{Name: "null." + apex, Type: zone.MX}, TTL: 60, Data: []string{"0 ."}},
			zone.RRset{Key: zone.Key{Name: "t." + apex, Type: zone.CNAME}, TTL: 60, Data: []string{"localhost."}})
	}()
	rapid.Check(t, func(t *rapid.T) {
		c := compiled(t, func(p *Profile) {
			r := &p.Records
			r.Names = rapid.SampledFrom([]Spelling{Relative, Absolute, Dotted}).Draw(t, "names")
			r.Targets = rapid.SampledFrom([]Spelling{Relative, Absolute, Dotted}).Draw(t, "targets")
			r.Texts = rapid.SampledFrom([]Texts{Quoted, Plain}).Draw(t, "texts")
			r.Apex = new(rapid.SampledFrom([]string{"@", "", "."}).Draw(t, "apex"))
			if rapid.Bool().Draw(t, "whole data") {
				r.Parts = nil
			}
		})
		for _, s := range sets {
			if s.Name == "" || len(s.Data) == 0 {
				continue
			}
			if c.roundTrip(s, apex) != nil {
				assert.Contains(t, []zone.Type{zone.TXT, zone.CNAME}, s.Type, "%s", s)
				continue
			}
			rows, err := c.Records.encode(s, apex)
			require.NoError(t, err)
			assert.Len(t, rows, len(s.Data))
		}
	})
}
