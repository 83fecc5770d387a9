package planisys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"text/template"

	"github.com/zonecast/zonecast/drivers/internal/rest"
)

// An operation is an Operation whose templates are ready.
type operation struct {
	place  string // in the profile
	method string
	path   []*template.Template // an element each
	slash  string               // what ends the path
	query  map[string]*template.Template
	body   *template.Template // nil: none
	again  bool
	reads  bool // and changes nothing, whatever its method
}

// A view is what a template sees.
type view = map[string]any

// functions are what templates may call, beside those that they always have.
var functions = template.FuncMap{"json": toJSON}

func toJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// rawJSON is JSON that templates put down as it is.
type rawJSON string

// MarshalJSON implements json.Marshaler.
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func parseTemplate(text string) (*template.Template, error) {
	t, err := template.New("").Option("missingkey=error").Funcs(functions).Parse(text)
	return t, inWords(err)
}

// inWords says what is wrong with a template without what Go calls it.
func inWords(err error) error {
	if err == nil {
		return nil
	}
	text := strings.TrimPrefix(err.Error(), "template: ")
	text = strings.TrimPrefix(text, ":") // its name is empty
	return fmt.Errorf("in line %s", strings.ReplaceAll(text, `executing "" `, ""))
}

// compile makes the templates of o ready. usual is the method where o has none.
func (o Operation) compile(place, usual string, bad *faults) *operation {
	reads := usual == http.MethodGet
	c := &operation{place: place, method: o.Method, again: reads || o.Repeat, reads: reads, query: map[string]*template.Template{}}
	if c.method == "" {
		c.method = usual
	}
	bad.add(place+".method", soundMethod(c.method, usual))
	if strings.HasSuffix(o.Path, "/") {
		c.slash = "/"
	}
	trimmed := strings.TrimSuffix(strings.TrimPrefix(o.Path, "/"), "/")
	if trimmed == "" {
		bad.add(place+".path", errNoPath)
	}
	for element := range strings.SplitSeq(trimmed, "/") {
		c.path = append(c.path, bad.template(place+".path", element))
		if strings.ContainsAny(plain(element), "?#") {
			bad.add(place+".path", errQueryInPath)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Query)) {
		c.query[name] = bad.template(place+".query."+name, o.Query[name])
	}
	if o.Body != "" {
		c.body = bad.template(place+".body", o.Body)
	}
	return c
}

// plain is a template without what stands in braces.
func plain(text string) string {
	before, rest, ok := strings.Cut(text, "{{")
	if !ok {
		return text
	}
	_, after, _ := strings.Cut(rest, "}}")
	return before + plain(after)
}

var (
	errNoPath       = errors.New("there is none")
	errEmptyElement = errors.New("an element of it is empty")
	errQueryInPath  = errors.New("it has a ? or #: a query stands under query")
)

// soundMethod lets the methods pass that the service has. GET changes nothing, and
// is sent again by everybody on the way.
func soundMethod(method, usual string) error {
	switch method {
	case http.MethodGet:
		if usual == http.MethodGet {
			return nil
		}
		return errors.New("GET is for reading")
	case http.MethodPost, http.MethodPut, http.MethodDelete:
		return nil
	}
	return fmt.Errorf("the service has no method %q: it has GET, POST, PUT and DELETE", method)
}

// call makes the call for a view.
func (o *operation) call(v view) (c rest.Call, err error) {
	c = rest.Call{Method: o.method, Again: o.again, Query: url.Values{}}
	if c.Path, err = o.pathFor(v); err != nil {
		return c, fmt.Errorf("%s.path: %w", o.place, err)
	}
	for _, name := range slices.Sorted(maps.Keys(o.query)) {
		text, err := render(o.query[name], v)
		if err != nil {
			return c, fmt.Errorf("%s.query.%s: %w", o.place, name, err)
		}
		c.Query.Set(name, text)
	}
	if o.body == nil {
		return c, nil
	}
	body, err := render(o.body, v)
	if err == nil && !json.Valid([]byte(body)) {
		err = fmt.Errorf("this is not JSON, where a value may want {{json …}}: %.300s", body)
	}
	if err != nil {
		return c, fmt.Errorf("%s.body: %w", o.place, err)
	}
	c.In = json.RawMessage(body)
	return c, nil
}

func (o *operation) pathFor(v view) (string, error) {
	var elements []string
	for _, t := range o.path {
		text, err := render(t, v)
		if err != nil {
			return "", err
		}
		if text == "" {
			return "", errEmptyElement
		}
		elements = append(elements, text)
	}
	return rest.Path(elements...) + o.slash, nil
}

func render(t *template.Template, v view) (string, error) {
	var b strings.Builder
	err := t.Execute(&b, v)
	return b.String(), inWords(err)
}
