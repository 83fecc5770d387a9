package planisys

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// What the example profile makes of answers: the kind, the service's code, and its
// words; "" is a success.
func TestAnswersMeanWhatTheProfileSays(t *testing.T) {
	c := compiled(t, nil)
	for _, a := range []struct {
		status     int
		body, want string
		kind       provider.Kind
		means      Meaning
	}{
		{status: 200, body: `{"status": "ok"}`},
		{status: 200, body: `["example.com"]`},
		{status: 200, body: `[]`},
		{status: 200, body: `{"status": "error", "error": {"code": "E7", "message": "no  such\nthing"}}`, want: `transient (E7): 200 OK: "no such thing"`},
		{status: 200, body: `{"status": "error", "error": {"code": "domain_suspended"}}`, want: `refused (domain_suspended): 200 OK: "{\"status\": `, kind: provider.KindRefused, means: Suspended},
		{status: 201, body: `{"status": "ok"}`, want: "transient: 201 Created", kind: provider.KindTransient},
		{status: 200, body: ``, want: "transient: 200 OK"},
		{status: 204, body: ``, want: "transient: 204 No Content"},
		{status: 200, body: `<html><p>Please log in`, want: `transient: 200 OK, and no JSON (invalid character '<' looking for beginning of value): "Please log in"`},
		{status: 200, body: `{"status": "ok"}{`, want: "and no JSON (something stands behind it)"},
		{status: 200, body: "{\"status\": \"ok\", \"x\": \"\xff\"}", want: "and no JSON (it is not UTF-8)"},
		{status: 400, body: `{"error": {"code": 17, "message": {"a": 1}}}`, want: `refused (17): 400 Bad Request: "{\"a\":1}"`, kind: provider.KindRefused},
		{status: 401, body: ``, want: "auth: 401 Unauthorized", kind: provider.KindAuth},
		{status: 403, body: `{"error": {"code": "domain_forbidden", "message": "not yours"}}`, want: `refused (domain_forbidden): 403 Forbidden: "not yours"`, kind: provider.KindRefused, means: Refused},
		{status: 404, body: `<html><h1>Not Found</h1>`, want: `not found: 404 Not Found: "Not Found"`, kind: provider.KindNotFound},
		{status: 404, body: `{"error": {"code": "domain_not_found"}}`, want: "not found (domain_not_found)", kind: provider.KindNotFound, means: Absent},
		{status: 410, body: `{"error": {"code": "domain_not_found"}}`, want: "not found (domain_not_found)", kind: provider.KindNotFound},
		{status: 409, body: `{"error": {"code": "duplicate_record"}}`, want: "refused (duplicate_record)", kind: provider.KindRefused, means: Changed},
		{status: 409, body: `{}`, want: "transient: 409 Conflict", kind: provider.KindTransient},
		{status: 402, body: `{}`, want: "quota: 402", kind: provider.KindQuota},
		{status: 429, body: `{}`, want: "throttled: 429", kind: provider.KindThrottled},
		{status: 500, body: `{}`, want: "transient: 500"},
	} {
		e := c.Answers.judge(rest.Answer{Status: a.status, Body: []byte(a.body)})
		if a.want == "" {
			assert.Nil(t, e, a.body)
			continue
		}
		require.NotNil(t, e, a.body)
		assert.Contains(t, e.Error(), a.want)
		assert.Equal(t, a.kind, e.Kind, "%d %s", a.status, a.body)
		doc, _ := document([]byte(a.body))
		assert.Equal(t, a.means, c.Answers.meaning(a.status, doc))
	}
}

func TestWithoutAWordOfTheProfileTheStatusSpeaks(t *testing.T) {
	assert.Nil(t, Answers{}.judge(rest.Answer{Status: 201, Body: []byte(`{}`)}))
	assert.Nil(t, Answers{}.judge(rest.Answer{Status: 204}))
	assert.EqualError(t, Answers{}.judge(rest.Answer{Status: 422, Body: []byte(`{"a": "b"}`)}), `refused: 422 Unprocessable Entity: "{\"a\": \"b\"}"`)
}
