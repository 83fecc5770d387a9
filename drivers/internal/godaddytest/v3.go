package godaddytest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

var three = version{
	types:  []string{"A", "AAAA", "ALIAS", "CAA", "CNAME", "HTTPS", "MX", "SRV", "SVCB", "TXT"},
	minTTL: 600, maxTTL: 86400,
	dots:      true,
	wildcards: []string{"A", "AAAA", "CNAME"},
}

// numbers is the order of the types in a list.
var numbers = map[string]int{"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "SVCB": 64, "HTTPS": 65, "CAA": 257, "ALIAS": 65401}

func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// v3 is the API for tokens, which writes single records.
func (s *Service) v3(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.Token {
		v3Error(w, 401, "UNAUTHENTICATED", "Authentication credentials are missing or invalid.")
		return
	}
	domain, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/v3/domains/zones/"), "/")
	kind, id, _ := strings.Cut(rest, "/")
	if kind != "dns-records" {
		v3Error(w, 404, "ROUTE_UNKNOWN", "no such path")
		return
	}
	switch {
	case s.v3TurnsAway(w, r, domain, id):
	case r.Method == http.MethodGet && id == "":
		s.v3List(w, r, domain)
	case r.Method == http.MethodPost && id == "":
		s.v3Create(w, r, domain)
	case r.Method == http.MethodDelete && id != "":
		s.v3Delete(w, domain, unescape(id))
	case r.Method == http.MethodPut && id != "":
		s.v3Wipe(w, r, domain)
	default:
		v3Error(w, 405, "METHOD_NOT_ALLOWED", "no such method")
	}
}

// v3TurnsAway answers for all reasons that have nothing to do with records.
func (s *Service) v3TurnsAway(w http.ResponseWriter, r *http.Request, domain, id string) bool {
	if wait, over := s.over(fmt.Sprint("v3 ", r.Method, id != "")); over {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
		v3Error(w, 429, "RATE_LIMITED", "Too many requests")
		return true
	}
	scope := ScopeRead
	if r.Method != http.MethodGet {
		scope = ScopeWrite
	}
	switch {
	case !slices.Contains(s.Scopes, scope):
		v3Error(w, 403, "INSUFFICIENT_SCOPE", "The token lacks the scope "+scope)
	case s.NotEligible:
		v3Error(w, 403, "ACCOUNT_NOT_ELIGIBLE", "The account is not eligible for this API")
	case s.spent():
		v3Error(w, 403, "QUOTA_EXCEEDED", "The monthly usage limit is reached")
	case s.zones[domain] == nil:
		v3Error(w, 404, "NOT_FOUND", "The requested zone was not found")
	case s.fails(r):
		v3Error(w, 500, "INTERNAL_ERROR", "Internal server error")
	default:
		return false
	}
	return true
}

func (s *Service) v3List(w http.ResponseWriter, r *http.Request, domain string) {
	q := r.URL.Query()
	page, size := 1, 25
	if n, err := strconv.Atoi(q.Get("page")); err == nil {
		page = max(n, 1)
	}
	if n, err := strconv.Atoi(q.Get("pageSize")); err == nil {
		size = min(max(n, 1), 100)
	}
	var all []Record
	for _, g := range s.zones[domain] {
		if (q.Get("type") == "" || g.Type == q.Get("type")) && (q.Get("name") == "" || g.Name == q.Get("name")) {
			all = append(all, three.shown(domain, g))
		}
	}
	slices.SortFunc(all, func(a, b Record) int {
		return cmp.Or(cmp.Compare(numbers[a.Type], numbers[b.Type]), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Data, b.Data))
	})
	pages := (len(all) + size - 1) / size
	body := map[string]any{"items": all[min((page-1)*size, len(all)):min(page*size, len(all))]}
	if q.Get("totalRequired") == "true" && len(all) > 0 {
		body["totalItems"], body["totalPages"] = len(all), pages
	}
	links := []map[string]string{{"rel": "self", "href": r.URL.RequestURI()}}
	if page < pages {
		q.Set("page", strconv.Itoa(page+1))
		links = append(links, map[string]string{"rel": "next", "href": r.URL.Path + "?" + q.Encode()})
	}
	body["links"] = links
	reply(w, 200, body)
}

func (s *Service) v3Create(w http.ResponseWriter, r *http.Request, domain string) {
	var g Record
	if err := json.NewDecoder(r.Body).Decode(&g); err != nil {
		v3Error(w, 400, "MALFORMED_REQUEST", "Malformed request syntax")
		return
	}
	if g.Type == "NS" || g.Type == "SOA" {
		v3Error(w, 409, "dns_record_not_mutable", "The record is managed by GoDaddy")
		return
	}
	if bad := g.issues(three, ""); bad != nil {
		v3Error(w, 422, "VALIDATION_ERROR", "Request failed validation", bad...)
		return
	}
	g = three.stored(domain, g)
	for _, o := range s.zones[domain] {
		if g.same(o, s.NarrowIdentity) || g.clashes(o) {
			v3Error(w, 422, "VALIDATION_ERROR", "Request failed validation", issue{"DUPLICATE_RECORD", "", "Duplicate data provided for record name, " + g.Name + "."})
			return
		}
	}
	g = s.identified([]Record{g})[0]
	s.set(domain, append(slices.Clip(s.zones[domain]), g))
	w.Header().Set("Location", "/v3/domains/zones/"+domain+"/dns-records/"+url.PathEscape(g.ID))
	reply(w, 201, g)
}

func (s *Service) v3Delete(w http.ResponseWriter, domain, id string) {
	i := slices.IndexFunc(s.zones[domain], func(g Record) bool { return g.ID == id })
	switch {
	case i < 0:
		v3Error(w, 404, "NOT_FOUND", "The requested record was not found")
	case s.zones[domain][i].Type == "NS" || s.zones[domain][i].Type == "SOA":
		v3Error(w, 409, "dns_record_not_mutable", "The record is managed by GoDaddy")
	default:
		s.set(domain, slices.Delete(slices.Clone(s.zones[domain]), i, i+1))
		w.WriteHeader(http.StatusNoContent)
	}
}

// v3Wipe is what a PUT of one record does: it says 200 and replaces the whole zone
// by what GoDaddy keeps itself and that record.
func (s *Service) v3Wipe(w http.ResponseWriter, r *http.Request, domain string) {
	var g Record
	if err := json.NewDecoder(r.Body).Decode(&g); err != nil {
		v3Error(w, 400, "MALFORMED_REQUEST", "Malformed request syntax")
		return
	}
	s.wiped++
	rest := slices.DeleteFunc(slices.Clone(s.zones[domain]), func(g Record) bool { return !isSystem(g) })
	s.set(domain, append(rest, s.identified([]Record{three.stored(domain, g)})...))
	reply(w, 200, s.zones[domain][len(rest)])
}

func v3Error(w http.ResponseWriter, status int, name, message string, bad ...issue) {
	body := map[string]any{"name": name, "message": message, "correlationId": "c0rr-" + w.Header().Get("X-Request-Id")}
	var details []map[string]string
	for _, b := range bad {
		details = append(details, map[string]string{"issue": b.code, "field": strings.ReplaceAll(b.path, ".", "/"), "description": b.message})
	}
	if details != nil {
		body["details"] = details
	}
	reply(w, status, body)
}
