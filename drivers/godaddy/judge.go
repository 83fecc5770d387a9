package godaddy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A problem is the body of an answer that says no: the first half in version 1, the
// second in version 3.
type problem struct {
	Code          string  `json:"code"`
	Message       string  `json:"message"`
	RetryAfterSec float64 `json:"retryAfterSec"`
	Fields        []struct {
		Code    string `json:"code"`
		Path    string `json:"path"`
		Message string `json:"message"`
	} `json:"fields"`
	Name          string `json:"name"`
	CorrelationID string `json:"correlationId"`
	Details       []struct {
		Issue       string `json:"issue"`
		Field       string `json:"field"`
		Description string `json:"description"`
	} `json:"details"`
}

// judge sorts what GoDaddy answers.
func judge(a rest.Answer) *provider.ServiceError {
	var p problem
	object := bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("{"))
	known := object && json.Unmarshal(a.Body, &p) == nil && p.Message != "" && (p.Code != "" || p.CorrelationID != "" || p.Name != "")
	switch {
	case a.Status/100 == 2 && !known:
		return nil
	case !known:
		e := rest.ByStatus(a)
		if a.Status == http.StatusForbidden && !object {
			e.Kind = provider.KindTransient // what stands before the API speaks, not the API
		}
		return e
	}
	e := provider.ServiceError{Code: p.code(), RequestID: p.CorrelationID, Err: errors.New(p.words())}
	if s := p.RetryAfterSec; s > 0 && s < 1e8 {
		e.RetryAfter = time.Duration(s * float64(time.Second))
	}
	return explained(a, e)
}

// code is the service's own, the finest of those that it gives.
func (p problem) code() string {
	if len(p.Details) > 0 && p.Details[0].Issue != "" {
		return p.Details[0].Issue
	}
	return cmp.Or(p.Code, p.Name)
}

// words are those of the service, field by field.
func (p problem) words() string {
	var words []string
	for _, f := range p.Fields {
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %s (%s)", f.Path, f.Message, f.Code)))
	}
	for _, d := range p.Details {
		words = append(words, strings.TrimSpace(d.Field+" "+d.Description))
	}
	if len(words) == 0 {
		return p.Message
	}
	return p.Message + ": " + strings.Join(words, "; ")
}

// noZone reports whether GoDaddy says that it does not have a zone. Any other 404,
// as that of a proxy, says nothing about zones.
func noZone(err error) bool {
	e, ok := errors.AsType[*provider.ServiceError](err)
	return ok && e.Kind == provider.KindNotFound && (e.Code == "UNKNOWN_DOMAIN" || strings.HasSuffix(strings.ToUpper(e.Code), "NOT_FOUND"))
}

// missing adds to an error that the zone is not there, if that is what it says.
func missing(name zone.Name, err error) error {
	if _, conflict := errors.AsType[*provider.ConflictError](err); err == nil || conflict || !noZone(err) {
		return err
	}
	return fmt.Errorf("zone %s: %w: %w", name, provider.ErrNoZone, err)
}

// isDuplicate reports whether version 3 takes a record for one that is there, or one
// that cannot stand beside those that are.
func isDuplicate(err error) bool {
	e, ok := errors.AsType[*provider.ServiceError](err)
	return ok && e.Code == "DUPLICATE_RECORD"
}
