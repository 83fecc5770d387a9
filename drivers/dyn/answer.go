package dyn

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// An envelope is around whatever the service says (https://help.dyn.com/rest).
type envelope struct {
	Status string          `json:"status"`
	Data   json.RawMessage `json:"data"`
	Job    scalar          `json:"job_id"`
	Msgs   []message       `json:"msgs"`
}

// A message is one of the service's words. A warning has a code, too, on an answer
// that says yes.
type message struct {
	Info  string `json:"INFO"`
	Code  string `json:"ERR_CD"`
	Level string `json:"LVL"`
}

// A scalar is a text, or the text of a number: the service has both for the same
// thing, in different places. Whatever else is there is kept as it is written.
type scalar string

// UnmarshalJSON reads all of that; null is "".
func (s *scalar) UnmarshalJSON(text []byte) error {
	if *s = scalar(text); text[0] == '"' {
		return json.Unmarshal(text, (*string)(s))
	}
	if *s == "null" {
		*s = ""
	}
	return nil
}

// open takes the envelope of an answer off; some errors come in a list of one.
func open(body []byte) (e envelope, ok bool) {
	body = bytes.TrimSpace(body)
	if bytes.HasPrefix(body, []byte("[")) {
		var list []envelope
		if json.Unmarshal(body, &list) != nil || len(list) != 1 {
			return envelope{}, false
		}
		return list[0], list[0].Status != ""
	}
	return e, json.Unmarshal(body, &e) == nil && e.Status != ""
}

// goesOn reports whether what was asked for is being done and will take longer.
func (e envelope) goesOn() bool {
	return (e.Status == "incomplete" || e.Status == "running") && !slices.ContainsFunc(e.Msgs, message.isError)
}

func (m message) isError() bool { return m.Level == "ERROR" || m.Level == "FATAL" }

// says reports whether one of the messages has these words in it.
func (e envelope) says(words string) bool {
	return slices.ContainsFunc(e.Msgs, func(m message) bool { return strings.Contains(m.Info, words) })
}

// judge sorts what the service answers.
func judge(a rest.Answer) *provider.ServiceError { return sort(a, a.Words()) }

// judgeLogin is judge for answers of which nothing may be repeated.
func judgeLogin(a rest.Answer) *provider.ServiceError {
	e := sort(a, "what it says may hold a token")
	if e != nil && e.Code == invalidData {
		e.Kind = provider.KindAuth
	}
	return e
}

func sort(a rest.Answer, words string) *provider.ServiceError {
	e, ok := open(a.Body)
	switch {
	case a.Status == http.StatusTooManyRequests:
		return &provider.ServiceError{Kind: provider.KindThrottled, RetryAfter: cmp.Or(rest.RetryAfter(a.Header), lockout), Err: errThrottled}
	case ok && (e.Status == "success" && a.Status < 400 || e.goesOn()):
		return nil
	case ok:
		return e.refusal()
	case a.Status == http.StatusTemporaryRedirect && jobAt(a) != "":
		return nil
	case a.Status < 300:
		return &provider.ServiceError{Err: fmt.Errorf("%d, and not an answer of the API: %q", a.Status, words)}
	}
	by := rest.ByStatus(a)
	if a.Status != http.StatusUnauthorized {
		by.Kind = provider.KindTransient // what stands before the API speaks, not the API
	}
	return by
}

// lockout is how long an account may be locked that called too often
// (https://help.dyn.com/managed-dns-api-rate-limit/).
const lockout = time.Minute

var errThrottled = errors.New("the account has made too many calls")

// refusal makes an error of an answer that says no.
func (e envelope) refusal() *provider.ServiceError {
	var code, other string
	var words []string
	for _, m := range e.Msgs {
		if m.isError() {
			code = cmp.Or(code, m.Code)
		}
		other = cmp.Or(other, m.Code)
		words = append(words, m.Info)
	}
	code = cmp.Or(code, other)
	out := &provider.ServiceError{Kind: e.kind(code), Code: code, Err: errors.New(brief(cmp.Or(strings.Join(words, "; "), "status "+e.Status)))}
	if e.Job != "" {
		out.RequestID = "job " + string(e.Job)
	}
	return out
}

// brief bounds what is repeated of the service's words.
func brief(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if r := []rune(text); len(r) > 500 {
		return string(r[:500]) + "…"
	}
	return text
}

// The codes that decide something by themselves
// (https://help.dyn.com/managed-dns-api-error-codes).
const (
	invalidData = "INVALID_DATA"
	notFound    = "NOT_FOUND"
	exists      = "TARGET_EXISTS"
)

var kinds = map[string]provider.Kind{
	invalidData: provider.KindRefused, exists: provider.KindRefused, notFound: provider.KindNotFound,
	"MISSING_DATA": provider.KindRefused, "INVALID_REQUEST": provider.KindRefused, "INVALID_VERSION": provider.KindRefused,
	"DEPRECATED_REQUEST": provider.KindRefused, "ILLEGAL_OPERATION": provider.KindRefused,
	"PERMISSION_DENIED": provider.KindAuth, "RATE_LIMIT_EXCEEDED": provider.KindThrottled,
}

// sessionWords are what the service says of a session that is no more.
var sessionWords = []string{"Bad or expired credentials", "IP address does not match current session", "There was a problem with your credentials"}

func (e envelope) kind(code string) provider.Kind {
	switch {
	case e.says("already has a job running"), e.says("Operation blocked by current task"):
		return provider.KindTransient
	case code == invalidData && slices.ContainsFunc(sessionWords, e.says):
		return provider.KindAuth
	}
	return kinds[code] // transient, if nobody knows it
}

// codeOf is the service's own code of an error, "" where it is not the service's.
func codeOf(err error) string {
	if e, ok := errors.AsType[*provider.ServiceError](err); ok {
		return e.Code
	}
	return ""
}
