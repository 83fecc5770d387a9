package planisys_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/planisys"
)

// Each row spoils the example in one place, and says what is wrong then.
func TestAProfileThatIsNotFitSaysWhere(t *testing.T) {
	text, err := os.ReadFile("example.yaml")
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		// what YAML finds
		{"calls_per_minute: 60", "calls_per_hour: 60", `profile:6:1: unknown field "calls_per_hour"`},
		{"  rows: /records", "  rowz: /records", `unknown field "rowz"`},
		{"calls_per_minute: 60", "calls_per_minute: many", "profile:6:19: "},
		{"calls_per_minute: 60", "calls_per_minute: 60\ncalls_per_minute: 61", "already defined"},
		{"delete:\n", "---\ndelete:\n", "there is a second document: want one"},
		{"  by: record", "  by: [record]", "profile:"},
		// pointers
		{"id: /id", "id: id", `records: "id" is no JSON pointer: it does not begin with /`},
		{"rows: /records", "rows: /~records", `read: "/~records" is no JSON pointer: behind ~ want 0 or 1`},
		{"code: /error/code", "code: error.code", `answers: "error.code" is no JSON pointer`},
		{"total: /total", "total: total", `read.pages: "total" is no JSON pointer`},
		{"name_servers: /name_servers", "name_servers: ns", `create.name_servers: "ns" is no JSON pointer`},
		{`items: ""`, "items: x", `list: "x" is no JSON pointer`},
		{"at: /disabled", "at: disabled", `records`},
		// templates
		{`{page: "{{.Page}}"`, `{page: "{{.Page"`, "read.query.page: in line 1: unclosed action"},
		{`{page: "{{.Page}}"`, `{page: "{{.Pag}}"`, `read.query.page: in line 1:2: at <.Pag>: map has no entry for key "Pag"`},
		{`{page: "{{.Page}}"`, `{page: "{{page .Page}}"`, `read.query.page: in line 1: function "page" not defined`},
		{"    path: domain/{{.Zone}}/records\n    body", "    path: domain/{{.Zone}}/{{.ID}}\n    body", `write.add.path: in line 1:2: at <.ID>: map has no entry for key "ID"`},
		{"    path: domain/{{.Zone}}/records\n    body", "    path: domain/{{.Zone}}/records?x\n    body", "write.add.path: it has a ? or #: a query stands under query"},
		{"    path: domain/{{.Zone}}/records\n    body", "    path: /\n    body", "write.add.path: there is none"},
		{"    path: domain/{{.Zone}}/records\n    body", "    path: domain//{{.Zone}}\n    body", "write.add.path: an element of it is empty"},
		{`'{"name": {{json .Zone}}}'`, `'{"name": {{.Zone}}}'`, `create.body: this is not JSON, where a value may want {{json …}}: {"name": example.com}`},
		{`    body: "{{.Row}}"` + "\n  change", `    body: '{"content": "{{.Data}}", "name": "{{.Name}}"}'` + "\n  change", "write.add.body: this is not JSON"},
		// methods
		{"method: PUT", "method: PATCH", `write.change.method: the service has no method "PATCH": it has GET, POST, PUT and DELETE`},
		{"method: PUT", "method: GET", "write.change.method: GET is for reading"},
		{"read:\n", "read:\n  method: DELETE\n", "read.method: DELETE does not read"},
		// answers
		{"is: [domain_not_found]}", "is: []}", "answers.outcomes.0: what tells an absent zone is a value in the answer"},
		{"at: /error/code, is: [domain_not_found]", "status: [404]", "already defined"},
		{"{means: absent, status: [404], at: /error/code, is: [domain_not_found]}", "{means: absent, status: [404]}", "answers.outcomes.0: what tells an absent zone is a value"},
		{"is: [domain_not_found]", "is: [null]", "answers.outcomes.0: what tells an absent zone is a value"},
		{"means: suspended", "means: refused", "answers.outcomes: there is absent and no suspended"},
		{"means: suspended", "means: asleep", `answers.outcomes.1.means: "asleep" is none of [absent auth changed exists`},
		{"{status: [200], at: /status, is: [ok]}", "{is: [ok]}", "answers.success.0: it matches everything"},
		{"{status: [200], at: /status, is: [ok]}", "{status: [20], at: /status}", "answers.success.0.status: 20 is no status"},
		// records
		{"  name: /name\n", "", "records.name: there is none"},
		{"  type: /type\n", "", "records.type: there is none"},
		{"  data: /content\n", "", "records.data: there is none"},
		{"  ttl: /ttl\n", "", "records.ttl: there is none, and no default_ttl"},
		{"  data: /content\n", "  data: /name\n", "two pointers of the profile lead to the same place"},
		{"names: relative", "names: short", `records.names: "short" is none of [relative absolute dotted]`},
		{"targets: dotted", "target: dotted", `unknown field "target"`},
		{"targets: dotted", "", `records.targets: "" is none of`},
		{"texts: plain", "texts: base64", `records.texts: "base64" is none of [quoted plain]`},
		{"MX: [/prio, /content]", "MX: [/a, /b, /content]", "records.parts.MX: 3 parts: the data of this type has 2 fields that may stand apart"},
		{"MX: [/prio, /content]", "MX: [/content]", "records.parts.MX: 1 parts"},
		{"MX: [/prio, /content]", "TXT: [/a, /b]", "records.parts.TXT: 2 parts: the data of this type has 0 fields"},
		{"only: [{at: /disabled, is: [false]}]", "only: [{status: [200]}]", "records.only.0: a row has no status: want at"},
		{"  id: /id\n", "", `write.change.path: in line 1:2: at <.ID>: map has no entry for key "ID"`},
		{"  data: /content\n", "  data: /content\n  values: \"\"\n", "records.values: an array in a row is wanted, and not the row"},
		{"  data: /content\n", "  data: /content\n  values: /values\n", "write.by: a row is a set where there are values: want set or zone"},
		// reading and writing
		{"pages: {first: 1, size: 100, total: /total}", "pages: {first: 1}", "read.pages: nothing tells which page is the last"},
		{"size: 100", "size: -1", "read.pages.size: -1 is below 0"},
		{"by: record", "by: hand", `write.by: "hand" is none of [record set zone]`},
		{"by: record", "by: set", "write.put: there is none, and writing by set wants it"},
		{"by: record", "by: zone", "write.add: writing by zone has no use for it"},
		{"types: [A, ", "types: [A, SOA, ", "write.types: the SOA is the service's own"},
		{"types: [A, ", "types: [A, ALIAS, ", `write.types: type "ALIAS": is not known`},
		{"  types: [A, AAAA, CAA, CNAME, MX, NS, PTR, SRV, TLSA, TXT]\n", "", "write.types: there are none"},
		{"max_ttl: 604800", "max_ttl: 30", "write.max_ttl: 30 is below min_ttl 60"},
		{"calls_per_minute: 60", "calls_per_minute: -1", "calls_per_minute: -1 is below 0"},
		{"calls_per_minute: 60", "company_header: \"Com pany\"", `company_header: "Com pany" is no name of a header`},
		{"create:\n", "remove:\n", `unknown field "remove"`},
	} {
		require.Contains(t, string(text), c.old)
		_, err := planisys.ParseProfile([]byte(strings.Replace(string(text), c.old, c.new, 1)))
		assert.ErrorContains(t, err, c.want, "%s in place of %s", c.new, c.old)
	}
}

func TestPartsOfAProfileWantEachOther(t *testing.T) {
	whole, err := os.ReadFile("example.yaml")
	require.NoError(t, err)
	without := func(sections ...string) error {
		_, err := planisys.ParseProfile([]byte(cut(string(whole), sections...)))
		return err
	}
	assert.NoError(t, without())
	assert.NoError(t, without("delete"))
	assert.NoError(t, without("create", "delete"))
	assert.NoError(t, without("write", "create", "delete"))
	assert.NoError(t, without("records", "read", "write", "create", "delete"))
	assert.NoError(t, without("answers", "records", "read", "write", "create", "delete"))
	assert.ErrorContains(t, without("create"), "delete: who does not create zones does not delete them")
	assert.ErrorContains(t, without("write"), "create: an empty zone is of no use: want write beside it")
	assert.ErrorContains(t, without("read"), "write: nobody can write what he cannot read")
	assert.ErrorContains(t, without("answers"), "answers.success: there is none, and what is written wants one")
}

// cut takes sections out of a text in YAML.
func cut(text string, sections ...string) string {
	var out []string
	leave := false
	for line := range strings.Lines(text) {
		if line[0] != ' ' && line[0] != '\n' {
			leave = false
			for _, s := range sections {
				leave = leave || strings.HasPrefix(line, s+":")
			}
		}
		if !leave {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

func TestAProfileMayBeJSON(t *testing.T) {
	p, err := planisys.ParseProfile([]byte(`{"calls_per_minute": 5, "list": {"items": "/domains", "name": "/name"}}`))
	assert.NoError(t, err)
	assert.Equal(t, planisys.Profile{Calls: 5, List: planisys.List{Items: "/domains", Name: "/name"}}, p)
}

func FuzzNoProfileMakesItPanic(f *testing.F) {
	text, _ := os.ReadFile("example.yaml")
	f.Add(string(text))
	f.Add(setProfile)
	f.Add(zoneProfile)
	f.Add("a: [")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := planisys.ParseProfile([]byte(text))
		if err != nil {
			return
		}
		_, err = planisys.New(planisys.Options{Reseller: "a", Key: fixed("b"), Profile: p})
		if err != nil {
			t.Fatalf("it was fit when it was read: %v", err)
		}
	})
}
