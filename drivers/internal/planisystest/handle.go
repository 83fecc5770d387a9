package planisystest

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// A request is one that came in under a known identity.
type request struct {
	*http.Request
	body    []byte
	company string // "": the reseller
}

// An answer is a status and what is said with it.
type answer struct {
	status int
	body   any
}

func ok(body map[string]any) answer {
	body["status"] = "ok"
	return answer{http.StatusOK, body}
}

func refuse(status int, code, format string, args ...any) answer {
	return answer{status, map[string]any{"status": "error", "error": map[string]any{"code": code, "message": fmt.Sprintf(format, args...)}}}
}

// ServeHTTP implements http.Handler.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern == "" {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "<html><body><h1>Not Found</h1></body></html>")
		return
	}
	s.mux.ServeHTTP(w, r)
}

// handle does what comes before and after every operation.
func (s *Service) handle(do func(*request) answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.calls++
		a := s.admit(w, r, do)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		_ = json.NewEncoder(w).Encode(a.body)
	}
}

func (s *Service) admit(w http.ResponseWriter, r *http.Request, do func(*request) answer) answer {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return refuse(http.StatusBadRequest, "bad_request", "%v", err)
	}
	company, ok := s.identity(r)
	if !ok {
		return refuse(http.StatusUnauthorized, "unauthorized", "Reseller or APIKEY not valid")
	}
	if !s.inTime() {
		s.denied++
		w.Header().Set("Retry-After", "20")
		return refuse(http.StatusTooManyRequests, "rate_limit", "more than %d requests in a minute", s.perMinute)
	}
	return do(&request{r, body, company})
}

// identity finds who asks: the key stands bare, and there is one of the two names.
func (s *Service) identity(r *http.Request) (company string, ok bool) {
	key, reseller, company := r.Header.Get("Authorization"), r.Header.Get("Reseller"), r.Header.Get("Company")
	switch {
	case key == "" || (reseller == "") == (company == ""):
		return "", false
	case reseller != "":
		return "", reseller == s.reseller && key == s.key
	}
	return company, s.companies[company] == key
}

func (s *Service) inTime() bool {
	now := time.Now()
	s.recent = slices.DeleteFunc(s.recent, func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if s.perMinute > 0 && len(s.recent) >= s.perMinute {
		return false
	}
	s.recent = append(s.recent, now)
	return true
}

// nameOf is a domain as the service writes it.
func nameOf(n zone.Name) string { return strings.TrimSuffix(string(n), ".") }

// list is GET domain_list.
func (s *Service) list(r *request) answer {
	names := []string{}
	for name, d := range s.zones {
		if !d.suspended && (r.company == "" || r.company == d.company) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return answer{http.StatusOK, names}
}

// find finds the domain of a request, or says why not.
func (s *Service) find(r *request) (*domain, answer) {
	name := r.PathValue("domain")
	d := s.zones[name]
	switch {
	case d == nil:
		return nil, refuse(http.StatusNotFound, "domain_not_found", "there is no domain %s", name)
	case r.company != "" && r.company != d.company:
		return nil, refuse(http.StatusForbidden, "domain_forbidden", "the domain %s is not yours", name)
	case d.suspended:
		return nil, refuse(http.StatusForbidden, "domain_suspended", "the domain %s is suspended", name)
	}
	return d, answer{}
}

// may lets a change happen, unless it is time for a fault.
func (s *Service) may() (answer, bool) {
	if s.left == 0 {
		return refuse(http.StatusInternalServerError, "internal", "internal error"), false
	}
	s.left = max(s.left-1, -1)
	return answer{}, true
}

func (s *Service) create(r *request) answer {
	var in struct {
		Name string `json:"name"`
	}
	if a, ok := decode(r.body, &in); !ok {
		return a
	}
	apex, err := zone.ParseName(in.Name)
	if err != nil || nameOf(apex) != in.Name || apex == zone.Root {
		return refuse(http.StatusUnprocessableEntity, "bad_name", "%q is no domain", in.Name)
	}
	if s.zones[in.Name] != nil {
		return refuse(http.StatusConflict, "domain_exists", "the domain %s is there already", in.Name)
	}
	if a, ok := s.may(); !ok {
		return a
	}
	s.zones[in.Name] = s.newDomain(apex, r.company)
	return ok(map[string]any{"name_servers": NameServers})
}

func (s *Service) remove(r *request) answer {
	d, a := s.find(r)
	if d == nil {
		return a
	}
	if a, ok := s.may(); !ok {
		return a
	}
	delete(s.zones, nameOf(d.apex))
	return ok(map[string]any{})
}

// records is a page of the records of a domain.
func (s *Service) records(r *request) answer {
	d, a := s.find(r)
	if d == nil {
		return a
	}
	page, errPage := number(r, "page", 1, math.MaxInt32)
	size, errSize := number(r, "size", 1, 500)
	if errPage != nil || errSize != nil {
		return refuse(http.StatusBadRequest, "bad_page", "page from 1 on, size from 1 to 500")
	}
	all := d.visible()
	from := min((page-1)*size, len(all))
	return ok(map[string]any{"total": len(all), "records": all[from:min(from+size, len(all))]})
}

func number(r *request, name string, least, most int) (int, error) {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err == nil && (n < least || n > most) {
		err = strconv.ErrRange
	}
	return n, err
}
