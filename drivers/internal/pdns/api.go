package pdns

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// An API is where a PowerDNS takes orders over HTTP
// (https://doc.powerdns.com/authoritative/http-api/).
type API struct {
	URL       string            // of its web server
	Server    string            // "": localhost, as every PowerDNS calls itself
	Key       rest.Secret       // api-key of its configuration
	Transport http.RoundTripper // nil: the usual one
}

var errURL = errors.New("the address of the API is not http:// or https:// with a host, and nothing behind it but a path")

// Client makes the client. The error does not have the address in it, which may
// hold a password.
func (a API) Client() (*rest.Client, error) {
	u, err := url.Parse(a.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errURL
	}
	base := strings.TrimSuffix(strings.TrimRight(a.URL, "/"), "/api/v1")
	return &rest.Client{
		Base:      base + "/api/v1/servers/" + url.PathEscape(cmp.Or(a.Server, "localhost")),
		Secrets:   []rest.Secret{a.Key},
		Sign:      func(r *http.Request, s []string) { r.Header.Set("X-API-Key", s[0]) },
		Judge:     judge,
		Timeout:   5 * time.Minute, // a zone of 100,000 records takes 10 s
		Total:     10 * time.Minute,
		MaxBody:   1 << 30,
		Transport: a.Transport,
	}, nil
}

// judge sorts an answer. What PowerDNS has against a request it says as
// {"error": "..."} with 422, or in plain text.
func judge(a rest.Answer) *provider.ServiceError {
	e := rest.ByStatus(a)
	if e == nil {
		return nil
	}
	if a.Status == http.StatusConflict { // a zone that is there, not one that is busy
		e.Kind = provider.KindRefused
	}
	var said struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(a.Body, &said) == nil && said.Error != "" {
		e.Err = errors.New(said.Error)
	}
	e.Code = fmt.Sprint(a.Status)
	return e
}

// ZoneID is a zone as the API addresses it: what is not a letter, a digit, a dot, a
// hyphen or an underscore as = and two hexadecimal digits.
func ZoneID(n zone.Name) string {
	if n == zone.Root {
		return "=2E"
	}
	var b strings.Builder
	for _, c := range []byte(spelled(string(n))) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}
