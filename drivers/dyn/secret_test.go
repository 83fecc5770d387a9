package dyn_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/dyntest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/zone"
)

// echo answers with all that it was sent, as a service in trouble may.
func echo(status int) resttest.Fault {
	return func(r *http.Request, serve func() *http.Response) (*http.Response, error) {
		body := ""
		if r.GetBody != nil {
			in, _ := r.GetBody()
			text, _ := io.ReadAll(in)
			body = string(text)
		}
		words := fmt.Sprintf("%s %s %v %s", r.Method, r.URL, r.Header, body)
		return resttest.Status(status, words, "X-Request-Id", r.Header.Get("Auth-Token"))(r, serve)
	}
}

// cutToken serves and breaks the answer off within the token.
func cutToken(r *http.Request, serve func() *http.Response) (*http.Response, error) {
	res := serve()
	text, _ := io.ReadAll(res.Body)
	at := strings.Index(string(text), `"token":"tok`) + len(`"token":"tok`) + 14
	return resttest.Status(200, string(text[:at]))(r, nil)
}

func TestNoSecretIsInAnyWord(t *testing.T) {
	for _, login := range []resttest.Fault{nil, echo(400), echo(500), echo(200), cutToken, resttest.Cut(60)} {
		for _, status := range []int{200, 400, 401, 404, 500} {
			synctest.Test(t, func(t *testing.T) {
				b := newBed()
				var token string
				b.way.SetFault(func(r *http.Request) resttest.Fault {
					if got := r.Header.Get("Auth-Token"); got != "" {
						token = got
					}
					switch {
					case r.URL.Path == "/REST/Session":
						return login
					case r.Method == "GET" && strings.Contains(r.URL.Path, "AllRecord") && status != 401:
						return nil
					}
					return echo(status)
				})
				_, err := b.Zone(t.Context(), "example.com.")
				plan := zone.Plan{Zone: "example.com.", Changes: []zone.Change{{New: zone.RRset{Key: zone.Key{Name: "www.example.com.", Type: zone.A}, TTL: 1, Data: []string{"192.0.2.1"}}}}}
				for _, err := range []error{err, b.Apply(t.Context(), plan), b.DeleteZone(t.Context(), "example.com."), b.Close()} {
					if err == nil {
						continue
					}
					for _, words := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
						assert.NotContains(t, words, dyntest.Password)
						assert.NotContains(t, words, "tok2735", "login %v, status %d", login != nil, status)
						if token != "" {
							assert.NotContains(t, words, token)
						}
					}
				}
				if login == nil {
					require.NotEmpty(t, token)
				} else {
					require.Error(t, err)
				}
				assert.NotContains(t, fmt.Sprintf("%+v %#v", b.Provider, b.Provider), dyntest.Password)
			})
		}
	}
}
