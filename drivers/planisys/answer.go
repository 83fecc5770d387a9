package planisys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"unicode/utf8"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// ErrSuspended says that the service has the zone and does not let anybody work on
// it. It is no absent zone: to make it anew would be wrong.
var ErrSuspended = errors.New("the service has suspended the zone")

// kinds are what the meanings are to everybody else.
var kinds = map[Meaning]provider.Kind{
	Absent: provider.KindNotFound, NotFound: provider.KindNotFound,
	Exists: provider.KindRefused, Suspended: provider.KindRefused, Changed: provider.KindRefused, Refused: provider.KindRefused,
	Transient: provider.KindTransient, Throttled: provider.KindThrottled, Auth: provider.KindAuth, Quota: provider.KindQuota,
}

// sorts are the errors that meanings are beside their kind.
var sorts = map[Meaning]error{Absent: provider.ErrNoZone, Exists: provider.ErrZoneExists, Suspended: ErrSuspended, Changed: errChanged}

var errChanged = errors.New("it is not there as it was read")

// document reads JSON. Numbers stay as they are written: an id may be longer than
// a float64 is exact.
func document(body []byte) (doc any, err error) {
	if !utf8.Valid(body) {
		return nil, errors.New("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err = d.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err = d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind it")
	}
	return doc, nil
}

// judge is the rest.Judge of the profile.
func (a Answers) judge(r rest.Answer) *provider.ServiceError {
	doc, err := document(r.Body)
	noJSON := err != nil && len(bytes.TrimSpace(r.Body)) > 0
	means := a.meaning(r.Status, doc)
	switch {
	case means == "" && noJSON && r.Status/100 == 2: // of a proxy that says yes to everything
		return &provider.ServiceError{Err: fmt.Errorf("%d %s, and no JSON (%w): %q", r.Status, http.StatusText(r.Status), err, r.Words())}
	case means == "" && a.isSuccess(r.Status, doc):
		return nil
	}
	e := &provider.ServiceError{Kind: provider.KindOfStatus(r.Status), Err: a.words(r, doc)}
	if means != "" {
		e.Kind = kinds[means]
	}
	e.Code = text(a.Code, doc)
	return e
}

// meaning is that of the first outcome that matches, "" where none does.
func (a Answers) meaning(status int, doc any) Meaning {
	for _, o := range a.Outcomes {
		if o.matches(status, doc) {
			return o.Means
		}
	}
	return ""
}

// isNo holds for an answer that means no and is that to the only request: then it
// is known what became of the call, whatever the status.
func (a Answers) isNo(r rest.Answer, doc any) bool {
	m := a.meaning(r.Status, doc)
	return m != "" && m != Transient && r.Tries == 1
}

func (a Answers) isSuccess(status int, doc any) bool {
	if len(a.Success) == 0 {
		return status/100 == 2
	}
	return slices.ContainsFunc(a.Success, func(m Match) bool { return m.matches(status, doc) })
}

// words are the service's own for people, or else the beginning of the answer.
func (a Answers) words(r rest.Answer, doc any) error {
	said := r
	if words := text(a.Words, doc); words != "" {
		said.Body = []byte(words)
	}
	out := fmt.Sprintf("%d %s", r.Status, http.StatusText(r.Status))
	if words := said.Words(); words != "" {
		out += fmt.Sprintf(": %q", words)
	}
	return errors.New(out)
}

// text gives what stands at a pointer of an error; "" where the profile does not
// say where, or nothing is there.
func text(at Pointer, doc any) string {
	v, ok := at.in(doc)
	if at == "" || !ok {
		return ""
	}
	if s, ok := scalar(v); ok {
		return s
	}
	b, _ := json.Marshal(v) // it was JSON
	return string(b)
}

// scalar gives a text or a number as a text.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return string(v), true
	}
	return "", false
}

// matches reports whether an answer, or a row without a status, is as m says.
func (m Match) matches(status int, doc any) bool {
	if len(m.Status) > 0 && !slices.Contains(m.Status, status) {
		return false
	}
	if m.At == nil {
		return true
	}
	v, ok := m.At.in(doc)
	if len(m.Is) == 0 {
		return ok
	}
	return slices.ContainsFunc(m.Is, func(is any) bool { return sameJSON(is, v) })
}

func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
