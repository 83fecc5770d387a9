package planisys

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
)

// paged is a service that has five records and gives them as it is told.
func paged(t *testing.T, edit func(*Profile), serve func(r *http.Request) string) *Provider {
	t.Helper()
	p := compiled(t, nil).Profile
	p.Write, p.Create, p.Delete, p.Calls = nil, nil, nil, 1e7
	edit(&p)
	if p.Read.Pages == nil {
		p.Read.Query = nil
	}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, serve(r)) })
	d, err := open(Options{Reseller: "a", Key: func() (string, error) { return "b", nil }, Profile: p, Transport: &resttest.Transport{Handler: h}})
	require.NoError(t, err)
	return d
}

// rowsFrom gives rows as the example profile has them, by their numbers.
func rowsFrom(numbers ...int) string {
	var out []string
	for _, n := range numbers {
		out = append(out, fmt.Sprintf(`{"id": %d, "name": "h%d", "type": "A", "ttl": 300, "content": "192.0.2.%d", "prio": null, "disabled": false}`, n, n, n))
	}
	return "[" + strings.Join(out, ",") + "]"
}

func pages(p Pages) func(*Profile) { return func(q *Profile) { q.Read.Pages = &p } }

func TestAllPagesAreReadAndNoMore(t *testing.T) {
	next, total := Pointer("/next"), Pointer("/total")
	both := map[string]string{
		"1": `{"status": "ok", "total": 5, "next": 2, "records": ` + rowsFrom(1, 2) + `}`,
		"2": `{"status": "ok", "total": 5, "next": 3, "records": ` + rowsFrom(3, 4) + `}`,
		"3": `{"status": "ok", "total": 5, "next": null, "records": ` + rowsFrom(5) + `}`,
		"4": `{"status": "ok", "total": 5, "next": null, "records": []}`,
	}
	for name, c := range map[string]struct {
		pages Pages
		query map[string]string
		calls int
	}{
		"by size":             {Pages{First: 1, Size: 2}, map[string]string{"page": "{{.Page}}"}, 3},
		"by total":            {Pages{First: 1, Total: &total}, map[string]string{"page": "{{.Page}}"}, 3},
		"by total and size":   {Pages{First: 1, Size: 2, Total: &total}, map[string]string{"page": "{{.Page}}"}, 3},
		"by next":             {Pages{Next: &next}, map[string]string{"page": `{{if .Next}}{{.Next}}{{else}}1{{end}}`}, 3},
		"by next and total":   {Pages{Next: &next, Total: &total}, map[string]string{"page": `{{if .Next}}{{.Next}}{{else}}1{{end}}`}, 3},
		"by offset":           {Pages{Size: 2}, map[string]string{"page": `{{if eq .Offset 0}}1{{else if eq .Offset 2}}2{{else}}3{{end}}`}, 3},
		"a page that is none": {Pages{First: 1, Size: 1}, map[string]string{"page": "{{.Page}}"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			d := paged(t, func(p *Profile) { p.Read.Pages, p.Read.Query = &c.pages, c.query }, func(r *http.Request) string {
				calls++
				return both[r.URL.Query().Get("page")]
			})
			z, err := d.Zone(t.Context(), apex)
			require.NoError(t, err)
			assert.Equal(t, 5, z.Len())
			assert.Equal(t, c.calls, calls)
		})
	}
}

// A zone is read whole or not at all.
func TestWhatIsNotWholeIsNoZone(t *testing.T) {
	next, total, version := Pointer("/next"), Pointer("/total"), Pointer("/serial")
	for name, c := range map[string]struct {
		edit  func(*Profile)
		serve func(page string) string
		want  string
	}{
		"the same page for ever": {pages(Pages{First: 1, Size: 2}), func(string) string { return rowsFrom(1, 2) }, "a page is the one before it again"},
		"an id twice": {pages(Pages{First: 1, Size: 2}), func(p string) string {
			return map[string]string{"1": rowsFrom(1, 2), "2": rowsFrom(2)}[p]
		}, "the record with the id 2 is there twice: the pages have moved"},
		"fewer than there are": {pages(Pages{First: 1, Total: &total}), func(p string) string {
			return map[string]string{"1": rowsFrom(1, 2), "2": "[]"}[p]
		}, "2 records came, and the service counts 5"},
		"the end too early":    {pages(Pages{Next: &next, Total: &total}), func(string) string { return rowsFrom(1, 2) }, "2 records came, and the service counts 5"},
		"more than there are":  {pages(Pages{First: 1, Total: &total}), func(string) string { return rowsFrom(1, 2, 3, 4, 5, 6) }, "6 records came, and the service counts 5"},
		"no total":             {pages(Pages{First: 1, Total: &next}), func(string) string { return rowsFrom(1, 2) }, `"/next": there is nothing`},
		"a total that is none": {pages(Pages{First: 1, Total: new(Pointer("/status"))}), func(string) string { return rowsFrom(1, 2) }, `"ok" is no number of records`},
		"no rows":              {func(p *Profile) { p.Read.Pages, p.Read.Rows = nil, "/rows" }, func(string) string { return rowsFrom(1) }, `zone example.com.: the records: "/rows": there is nothing`},
		"rows that are none":   {func(p *Profile) { p.Read.Pages, p.Read.Rows = nil, "/status" }, func(string) string { return rowsFrom(1) }, `"/status" is no array`},
		"nothing at all":       {func(p *Profile) { p.Read.Pages = nil }, func(string) string { return "[]" }, "the answer has no records, and the profile does not say that a zone may have none"},
		"another version": {func(p *Profile) { p.Read.Version, p.Read.Pages = &version, &Pages{First: 1, Size: 2} }, func(p string) string {
			return map[string]string{"1": rowsFrom(1, 2), "2": rowsFrom(3)}[p] + `, "serial": ` + p
		}, "it has changed while it was read"},
		"no version": {func(p *Profile) { p.Read.Version, p.Read.Pages = &version, nil }, func(string) string { return rowsFrom(1) }, `"/serial" is no version`},
		"another zone": {func(p *Profile) { p.Read.Pages, p.Records.Names = nil, Dotted }, func(string) string {
			return strings.ReplaceAll(rowsFrom(1), `"h1"`, `"h1.example.net."`)
		}, "the name of a record: it is not in the zone"},
	} {
		t.Run(name, func(t *testing.T) {
			d := paged(t, c.edit, func(r *http.Request) string {
				return `{"status": "ok", "total": 5, "records": ` + c.serve(r.URL.Query().Get("page")) + `}`
			})
			z, err := d.Zone(t.Context(), apex)
			assert.Nil(t, z)
			assert.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "zone example.com.")
		})
	}
}

func TestAnEmptyAnswerIsAnEmptyZoneWhereTheProfileSaysSo(t *testing.T) {
	d := paged(t, func(p *Profile) { p.Read.Pages, p.Read.Empty = nil, true }, func(*http.Request) string { return `{"status": "ok", "records": []}` })
	z, err := d.Zone(t.Context(), apex)
	require.NoError(t, err)
	assert.Zero(t, z.Len())
}

// Whatever a service says, there is a zone with what is in it, or an error.
func FuzzNoAnswerMakesItPanic(f *testing.F) {
	f.Add([]byte(`{"status": "ok", "total": 2, "records": ` + rowsFrom(1, 2) + `}`))
	f.Add([]byte(`{"status": "ok", "total": 1, "records": [{"name": "@", "type": "MX", "prio": 1, "content": "a.", "ttl": "60", "id": "x", "disabled": false}]}`))
	f.Add([]byte(`{"status": "error", "error": {"code": {}, "message": []}}`))
	c := compiled(f, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		if c.Answers.judge(rest.Answer{Status: 200, Body: body}) != nil {
			return
		}
		doc, err := document(body)
		require.NoError(t, err, "it was judged")
		rows, _, err := c.Read.page(doc)
		if err != nil {
			return
		}
		if got, err := c.content(rows, apex); err == nil {
			for s := range got.zone.All() {
				assert.True(t, s.Name.In(apex))
				assert.NotEmpty(t, got.rows[s.Key], "and somebody can change it")
			}
		}
	})
}
