package rest_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
)

// keyed is a service that wants a key.
type keyed struct{ key string }

func (k *keyed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+k.key {
		w.WriteHeader(http.StatusForbidden)
	}
	fmt.Fprint(w, 1)
}

func TestACredentialIsReadAgainWhenItIsRefused(t *testing.T) {
	key, reads := "old", 0
	service := &keyed{"old"}
	client, transport := newClient(service, nil)
	client.Secrets = []rest.Secret{func() (string, error) { reads++; return key, nil }}
	for range 3 {
		_, err := client.Do(t.Context(), get)
		assert.NoError(t, err)
	}
	assert.Equal(t, 1, reads)

	key, service.key = "new", "new"
	transport.Log()
	_, err := client.Do(t.Context(), post(false))
	assert.NoError(t, err)
	assert.Equal(t, 2, reads)
	assert.Len(t, transport.Log(), 2)

	service.key = "newer"
	_, err = client.Do(t.Context(), get)
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	assert.Equal(t, 3, reads)
	assert.Len(t, transport.Log(), 1, "the same credential is refused again")

	client.Secrets[0] = func() (string, error) { return "", errors.New("no such file, and no new either") }
	_, err = client.Do(t.Context(), get)
	assert.Equal(t, provider.KindAuth, provider.KindOf(err))
	assert.ErrorContains(t, err, "the credential cannot be read again: no such file, and no [secret] either")
}

func TestACredentialThatCannotBeReadIsNotSent(t *testing.T) {
	client, transport := newClient(&keyed{}, nil)
	for _, s := range []rest.Secret{func() (string, error) { return "", errors.New("no such file") }, rest.Fixed("")} {
		client.Secrets = []rest.Secret{s}
		_, err := client.Do(t.Context(), get)
		assert.Equal(t, provider.KindAuth, provider.KindOf(err))
		assert.Error(t, err)
	}
	assert.Empty(t, transport.Log())
}

func TestNoTextOfAnErrorHasTheSecret(t *testing.T) {
	spellings := map[string]string{
		"as it is": token, "in an address": url.QueryEscape(token), "in a path": url.PathEscape(token),
		"in base64": base64.StdEncoding.EncodeToString([]byte(token)), "cut at the end": token[:len(token)-3],
	}
	for name, text := range spellings {
		for _, status := range []int{200, 302, 400, 403, 429, 500} {
			t.Run(fmt.Sprint(name, status), func(t *testing.T) {
				filler := ""
				for range 60 { // so that the cut comes in the middle of it, sometimes
					filler += "x"
					client, _ := newClient(&keyed{}, resttest.Always(resttest.Any, resttest.Status(status, `"`+filler+filler+filler+text,
						"X-Request-Id", text, "Location", "https://example.net/"+text, "Retry-After", "999")))
					client.Tries = 1
					_, err := client.Do(t.Context(), get)
					assert.Error(t, err)
					assert.NotContains(t, err.Error(), text[:5])
				}
			})
		}
	}
}

func TestATokenThatWasGivenCanBeHidden(t *testing.T) {
	client, _ := newClient(&keyed{}, resttest.Always(resttest.Any, resttest.Status(400, "session 0a1b2c is over")))
	client.Hide("0a1b2c")
	_, err := client.Do(t.Context(), get)
	assert.ErrorContains(t, err, "session [secret] is over")
	parts, err := client.Credential()
	assert.NoError(t, err)
	assert.Equal(t, []string{token}, parts)
	changed, err := client.Renew(parts)
	assert.NoError(t, err)
	assert.False(t, changed)
}
