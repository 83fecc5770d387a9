package godaddytest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A version is what differs between the two.
type version struct {
	types          []string
	minTTL, maxTTL int
	dots           bool     // targets end in a dot
	wildcards      []string // types that may stand at one; nil: all
}

var one = version{
	types:  []string{"A", "AAAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"},
	minTTL: 600, maxTTL: 604800,
}

// v1 is the API for keys, which writes whole sets.
func (s *Service) v1(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "sso-key "+s.Key+":"+s.Secret {
		v1Error(w, 401, "UNABLE_TO_AUTHENTICATE", "Unauthorized : Could not authenticate API key/secret", nil)
		return
	}
	domain, rest, ok := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/v1/domains/"), "/")
	parts := strings.Split(strings.TrimSuffix(rest, "/"), "/") // an empty name is no name
	if !ok || parts[0] != "records" || len(parts) > 3 {
		v1Error(w, 404, "NOT_FOUND", "Not Found : no such path", nil)
		return
	}
	for i := range parts {
		parts[i] = unescape(parts[i])
	}
	if s.v1TurnsAway(w, r, domain, len(parts)) {
		return
	}
	s.v1Records(w, r, domain, append(parts[1:], "", "")[:2])
	if r.Method != http.MethodGet {
		s.busy[domain] = time.Now().Add(s.Settles)
	}
}

// v1TurnsAway answers for all reasons that have nothing to do with records.
func (s *Service) v1TurnsAway(w http.ResponseWriter, r *http.Request, domain string, depth int) bool {
	if wait, over := s.over(fmt.Sprint("v1 ", r.Method, depth)); over {
		seconds := int(wait.Seconds()) + 1
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		v1Error(w, 429, "TOO_MANY_REQUESTS", "Too many requests received within interval", map[string]any{"retryAfterSec": seconds})
		return true
	}
	switch {
	case s.NotEligible:
		v1Error(w, 403, "ACCESS_DENIED", "Authenticated user is not allowed access", nil)
	case s.spent():
		v1Error(w, 429, "QUOTA_EXCEEDED", "Quota exceeded for this month", map[string]any{"retryAfterSec": 0})
	case s.elsewhere[domain]:
		v1Error(w, 404, "UNKNOWN_DOMAIN", "The given domain is not registered, or does not have a zone file", nil)
	case s.zones[domain] == nil:
		v1Error(w, 404, "NOT_FOUND", "The requested domain was not found in your account", nil)
	case r.Method != http.MethodGet && time.Now().Before(s.busy[domain]):
		v1Error(w, 409, "CONFLICT", "Another change of this zone is being applied", nil)
	case s.fails(r):
		v1Error(w, 500, "INTERNAL_ERROR", "Internal server error", nil)
	default:
		return false
	}
	return true
}

func (s *Service) v1Records(w http.ResponseWriter, r *http.Request, domain string, at []string) {
	typ, name := at[0], at[1]
	if typ != "" && !slices.Contains(append([]string{"CAA"}, one.types...), typ) {
		v1Error(w, 422, "INVALID_VALUE", "type is not valid", nil)
		return
	}
	mine := func(g Record) bool {
		return (typ == "" || g.Type == typ) && (name == "" || g.Name == strings.ToLower(name))
	}
	switch r.Method {
	case http.MethodGet:
		s.v1List(w, r, domain, mine)
	case http.MethodPut, http.MethodPatch:
		s.v1Write(w, r, domain, typ, name, mine)
	case http.MethodDelete:
		s.v1Delete(w, domain, typ, name, mine)
	default:
		v1Error(w, 405, "METHOD_NOT_ALLOWED", "no such method", nil)
	}
}

func (s *Service) v1List(w http.ResponseWriter, r *http.Request, domain string, mine func(Record) bool) {
	out := []Record{}
	for _, g := range s.zones[domain] {
		if mine(g) {
			out = append(out, one.shown(domain, g))
		}
	}
	limit, _ := strconv.Atoi(r.FormValue("limit"))
	skip, _ := strconv.Atoi(r.FormValue("offset"))
	if s.OffsetIsPage {
		skip = max(skip-1, 0) * limit
	}
	out = out[min(skip, len(out)):]
	if limit == 0 || s.PageCap > 0 && limit > s.PageCap {
		limit = s.PageCap
	}
	if limit > 0 {
		out = out[:min(limit, len(out))]
	}
	reply(w, 200, out)
}

// v1Write is PUT, which replaces what its path names, and PATCH, which adds.
func (s *Service) v1Write(w http.ResponseWriter, r *http.Request, domain, typ, name string, mine func(Record) bool) {
	var body []Record
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		v1Error(w, 422, "INVALID_BODY", unfit, nil, issue{"UNEXPECTED_TYPE", "records", "is not a array"})
		return
	}
	if len(body) == 0 {
		return // and nothing is cleared
	}
	if bad := v1Body(domain, typ, name, body); bad != nil {
		v1Error(w, 422, "INVALID_BODY", unfit, nil, bad...)
		return
	}
	if slices.ContainsFunc(body, func(g Record) bool { return g.Type == "SOA" || g.Type == "NS" && g.Name == "@" }) {
		v1Error(w, 422, "FAILED_NAME_SERVER_VALIDATION", "Failed to update nameservers", nil)
		return
	}
	rest := slices.Clone(s.zones[domain])
	if r.Method == http.MethodPut {
		rest = slices.DeleteFunc(rest, func(g Record) bool { return mine(g) && (!isSystem(g) || name != "") })
		if name == "" {
			s.wiped++
		}
	}
	for i, g := range body {
		if slices.ContainsFunc(append(slices.Clip(rest), body[:i]...), func(o Record) bool { return g.same(o, true) || g.clashes(o) }) {
			v1Error(w, 422, "DUPLICATE_RECORD", "Another record with the same attributes already exists", nil)
			return
		}
	}
	s.set(domain, append(rest, s.identified(body)...))
}

const unfit = "Request body doesn't fulfill schema, see details in `fields`"

// v1Body completes the records of a body by what its path says, and finds what is
// wrong with them.
func v1Body(domain, typ, name string, body []Record) (bad []issue) {
	for i := range body {
		if typ != "" {
			body[i].Type = typ
		}
		if name != "" {
			body[i].Name = name
		}
		bad = append(bad, body[i].issues(one, fmt.Sprintf("records[%d]", i))...)
		body[i] = one.stored(domain, body[i])
	}
	return bad
}

func (s *Service) v1Delete(w http.ResponseWriter, domain, typ, name string, mine func(Record) bool) {
	if name == "" || typ == "NS" || typ == "SOA" {
		v1Error(w, 422, "INVALID_VALUE", "the type cannot be deleted", nil)
		return
	}
	if !slices.ContainsFunc(s.zones[domain], mine) {
		v1Error(w, 404, "NOT_FOUND", "No such record", nil)
		return
	}
	s.set(domain, slices.DeleteFunc(slices.Clone(s.zones[domain]), mine))
	w.WriteHeader(http.StatusNoContent)
}

func v1Error(w http.ResponseWriter, status int, code, message string, more map[string]any, bad ...issue) {
	body := map[string]any{"code": code, "message": message}
	for k, v := range more {
		body[k] = v
	}
	var fields []map[string]string
	for _, b := range bad {
		fields = append(fields, map[string]string{"code": b.code, "path": b.path, "message": b.message})
	}
	if fields != nil {
		body["fields"] = fields
	}
	reply(w, status, body)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a writer in memory takes all
}
