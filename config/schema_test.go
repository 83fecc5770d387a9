package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write schema.json anew")

func TestTheSchemaIsThatOfTheTypes(t *testing.T) {
	want, err := Schema()
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("schema.json", want, 0o644))
	}
	text, err := os.ReadFile("schema.json")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(text), "write it anew: go test ./config -run Schema -update")
}

func compiled(t *testing.T) *jsonschema.Schema {
	text, err := Schema()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	return s
}

// validate asks the schema about a text in YAML.
func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	var v any
	require.NoError(t, json.Unmarshal(data, &v))
	return s.Validate(v)
}

func TestTheExampleIsAsTheSchemaAndTheTypesWantIt(t *testing.T) {
	text, err := os.ReadFile("example.yaml")
	require.NoError(t, err)
	assert.NoError(t, validate(t, compiled(t), string(text)))
	_, err = Load("example.yaml")
	assert.NoError(t, err)
}

// good and bad are texts that the program and the schema judge alike.
var (
	good = []string{
		local,
		local + "ledger: none",
		local + "ledger: {path: x.db, mode: '0660', group: root}",
		local + "policy: {apex_ns: [ns1.example.net], refresh: 0, remove_after: 0, on_remove: keep}",
		local + "policy: {remove_after: 168h, on_remove: empty}",
		local + "plesk: {wait: 1m30s}",
		local + "policy: {verify: served}\nverify: {wait: 3s, roots: 192.0.2.1, servers: [192.0.2.53, '192.0.2.54:5353', '[2001:db8::1]:53', '2001:db8::2']}",
		local + "policy: {verify: off}",
		"targets: [{name: a, driver: rfc2136, options: {servers: [a], key: {name: k, secret: x}, transfer: {tls: true, ca: x}}}]",
		"targets: [{name: a, driver: zonefile, mode: hold, options: {dir: x}}]",
		local + "secondary: [{name: crm, primaries: [{address: a}], list: {file: x}}]\nmetrics: 127.0.0.1:9153",
		local + "secondary: [{name: crm, primaries: [{address: a, tsig: {name: k, secret: x}, tls: {on: true}}], list: {catalog: {zone: c.example, names: [a]}}, notify: x, allow: [10.0.0.0/8]}]",
		local + "secondary: [{name: crm, primaries: [{address: a}], list: {namedconf: {file: x, views: [v]}, rsync: {from: a, to: b, every: 1m}}, notify: [x, y], dnssec: strip, force_most: 5, resolvers: [a, 'b:53'], removals: {after: 1h, most: 3}}]",
		"targets: [{name: a, driver: zonefile, zones: {file: z.txt}, mode: observe, options: {dir: x, after: [a, b], stock_bind: true}}]",
		"targets: [{name: a, driver: planisys, options: {reseller: myplan, key: x, profile: '{}', contract: c.txt, url: 'https://a'}}]",
	}
	bad = []string{
		"ledger: none",
		local + "nonsense: 1",
		local + "ledger: postgres:x",
		local + "ledger: {file: x.db}",
		local + "policy: {foreign: perhaps}",
		local + "policy: {verify: on}",
		local + "policy: {limits: {share: 2}}",
		local + "policy: {limits: {free: 0}}",
		local + "policy: {apex_ns: []}",
		local + "policy: {refresh: soon}",
		local + "policy: {remove_after: never}",
		local + "policy: {on_remove: burn}",
		local + "secondary: [{primaries: [{address: a}], list: {file: x}}]",
		local + "secondary: [{name: crm, list: {file: x}}]",
		local + "secondary: [{name: crm, primaries: [{address: a}]}]",
		local + "secondary: [{name: crm, primaries: [{addr: a}], list: {file: x}}]",
		local + "secondary: [{name: crm, primaries: [{address: a}], list: {file: x}, dnssec: unsigned}]",
		local + "secondary: [{name: crm, primaries: [{address: a}], list: {file: x}, transfers: 0}]",
		"targets: [{name: a, driver: nothing}]",
		"targets: [{name: a, driver: zonefile, mode: perhaps, options: {dir: x}}]",
		"targets: [{name: a, driver: zonefile, zones: {fil: x}, options: {dir: x}}]",
		"targets: [{name: a, driver: zonefile, options: {dirr: x}}]",
		"targets: [{name: a, driver: planisys, options: {reseler: x, key: y}}]",
		"targets: [{name: a, driver: zonefile, options: {dir: [x]}}]",
		"targets: [{name: a, driver: rfc2136, options: {servers: a}}]",
		"targets: [{name: a, driver: rfc2136, options: {servers: [a], key: {name: k, secrt: x}}}]",
		"targets: [{name: a, driver: rfc2136, options: {servers: [a], transfer: tls}}]",
	}
)

const local = "targets: [{name: a, driver: zonefile, options: {dir: x}}]\n"

func TestTheSchemaAndTheProgramJudgeAlike(t *testing.T) {
	s := compiled(t)
	for _, text := range good {
		_, err := parse("x", "/x", []byte(text))
		assert.NoError(t, err, text)
		assert.NoError(t, validate(t, s, text), text)
	}
	for _, text := range bad {
		_, err := parse("x", "/x", []byte(text))
		assert.Error(t, err, text)
		assert.Error(t, validate(t, s, text), text)
	}
}
