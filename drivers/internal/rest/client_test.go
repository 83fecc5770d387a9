package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
	"github.com/zonecast/zonecast/provider"
)

const token = "tOp/s3cret+"

// counter is a service that counts up with each write.
type counter struct {
	n    atomic.Int64
	seen func(*http.Request)
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.seen != nil {
		c.seen(r)
	}
	if r.Method != http.MethodGet {
		c.n.Add(1)
	}
	_ = json.NewEncoder(w).Encode(c.n.Load())
}

func newClient(h http.Handler, fault func(*http.Request) resttest.Fault) (*rest.Client, *resttest.Transport) {
	t := &resttest.Transport{Handler: h, Fault: fault}
	return &rest.Client{
		Base: "https://api.example.com", Transport: t,
		Secrets: []rest.Secret{rest.Fixed(token)},
		Sign:    func(r *http.Request, s []string) { r.Header.Set("Authorization", "Bearer "+s[0]) },
	}, t
}

func post(again bool) rest.Call {
	return rest.Call{Method: "POST", Path: "/n", In: 1, Out: new(int), Again: again}
}

var get = rest.Call{Method: "GET", Path: "/n", Out: new(int)}

// What becomes of a call for each fault, when it may be done twice and when not:
// how often it is sent, how often it was done, and what the error says.
func TestACallIsSentAgainOnlyWhereThatIsSafe(t *testing.T) {
	for name, c := range map[string]struct {
		fault     resttest.Fault
		sent      int // with one fault, of a call that is not safe to repeat
		sentAgain int // of one that is
		done      int // by the service, of the former
		unsettled bool
		kind      provider.Kind
		says      string // "": it ends well
	}{
		"no connection":              {fault: resttest.Refused, sent: 2, sentAgain: 2, done: 1},
		"429":                        {fault: resttest.Status(429, "slow down"), sent: 2, sentAgain: 2, done: 1},
		"409":                        {fault: resttest.Status(409, "busy"), sent: 2, sentAgain: 2, done: 1},
		"503":                        {fault: resttest.Status(503, "away"), sent: 1, sentAgain: 2, unsettled: true, says: `503 Service Unavailable: "away"`},
		"a page":                     {fault: resttest.Status(502, resttest.Page), sent: 1, sentAgain: 2, unsettled: true, says: `502 Bad Gateway: "Bad gateway The upstream & its friends are away."`},
		"an answer that got lost":    {fault: resttest.Lost, sent: 1, sentAgain: 2, done: 1, unsettled: true, says: "no answer: connection reset by peer"},
		"a question that got lost":   {fault: resttest.Dropped, sent: 1, sentAgain: 2, unsettled: true, says: "no answer: connection reset by peer"},
		"silence":                    {fault: resttest.Hangs, sent: 1, sentAgain: 2, done: 1, unsettled: true, says: "no answer: not within 30s"},
		"an answer that was cut":     {fault: resttest.Cut(0), sent: 1, sentAgain: 2, done: 1, unsettled: true, says: "200 OK, cut after 0 octets: no answer: unexpected EOF"},
		"no JSON":                    {fault: resttest.Instead("<p>Log in"), sent: 1, sentAgain: 2, done: 1, unsettled: true, says: `200 OK, and no JSON that fits (invalid character '<' looking for beginning of value): "Log in"`},
		"JSON of another shape":      {fault: resttest.Instead(`{"a":1}`), sent: 1, sentAgain: 2, done: 1, unsettled: true, says: `200 OK, and no JSON that fits ("" has a object)`},
		"401":                        {fault: resttest.Status(401, "who?"), sent: 1, sentAgain: 1, kind: provider.KindAuth, says: `auth: 401 Unauthorized: "who?"`},
		"402":                        {fault: resttest.Status(402, ""), sent: 1, sentAgain: 1, kind: provider.KindQuota, says: "quota: 402 Payment Required"},
		"404":                        {fault: resttest.Status(404, "gone"), sent: 1, sentAgain: 1, kind: provider.KindNotFound, says: "not found: 404"},
		"422":                        {fault: resttest.Status(422, "bad"), sent: 1, sentAgain: 1, kind: provider.KindRefused, says: "refused: 422"},
		"a redirect":                 {fault: resttest.Status(307, "", "Location", "https://evil.example/x"), sent: 1 + 4, sentAgain: 1 + 4, says: `307 Temporary Redirect to "https://evil.example/x", which is not followed`},
		"429 with too long a pause":  {fault: resttest.Status(429, "", "Retry-After", "900"), sent: 1, sentAgain: 1, kind: provider.KindThrottled, says: "throttled: 429"},
		"an error under another one": {fault: resttest.Status(500, `{"x":`), sent: 1, sentAgain: 2, unsettled: true, says: `500 Internal Server Error: "{\"x\":"`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fault := resttest.Once(resttest.Any, c.fault)
				if name == "a redirect" {
					fault = resttest.Always(resttest.Any, c.fault)
				}
				service := &counter{}
				client, transport := newClient(service, fault)
				a, err := client.Do(t.Context(), post(false))
				assert.Len(t, transport.Log(), c.sent)
				assert.Equal(t, c.sent, a.Tries)
				assert.EqualValues(t, c.done, service.n.Load())
				assert.Equal(t, c.unsettled, rest.Unsettled(err))
				if c.says == "" {
					assert.NoError(t, err)
				} else {
					assert.ErrorContains(t, err, "POST /n: ")
					assert.ErrorContains(t, err, c.says)
					assert.Equal(t, c.kind, provider.KindOf(err))
				}

				transport.SetFault(resttest.Once(resttest.Any, c.fault))
				if name == "a redirect" {
					return
				}
				_, err = client.Do(t.Context(), post(true))
				assert.Len(t, transport.Log(), c.sentAgain)
				assert.Equal(t, c.sentAgain == 1, err != nil, "%v", err)
			})
		})
	}
}

func TestAllSendingsOfACallHaveABound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, transport := newClient(&counter{}, resttest.Always(resttest.Any, resttest.Status(503, "")))
		began := time.Now()
		_, err := client.Do(t.Context(), get)
		assert.Error(t, err)
		assert.False(t, rest.Unsettled(err), "a question changes nothing")
		assert.Len(t, transport.Log(), 5)
		assert.Less(t, time.Since(began), 30*time.Second)

		transport.SetFault(resttest.Always(resttest.Any, resttest.Hangs))
		began = time.Now()
		_, err = client.Do(t.Context(), get)
		assert.ErrorContains(t, err, "no answer: not within 30s")
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "the caller has time")
		assert.Less(t, time.Since(began), 2*time.Minute+31*time.Second)
	})
}

func TestTheServiceSaysHowLongToWait(t *testing.T) {
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, "Sat, 01 Jan 2000 00:00:20 GMT": 20 * time.Second, "1.5": 1500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) { // it begins at midnight of that day
			client, _ := newClient(&counter{}, resttest.Once(resttest.Any, resttest.Status(429, "", "Retry-After", header)))
			began := time.Now()
			_, err := client.Do(t.Context(), get)
			assert.NoError(t, err)
			assert.Equal(t, want, time.Since(began))
		})
	}
	for _, header := range []string{"", "-5", "soon", "1e30", "NaN", "Sat, 01 Jan 1999 00:00:20 GMT"} {
		synctest.Test(t, func(t *testing.T) {
			client, _ := newClient(&counter{}, resttest.Once(resttest.Any, resttest.Status(429, "", "Retry-After", header)))
			began := time.Now()
			_, err := client.Do(t.Context(), get)
			assert.NoError(t, err)
			assert.Less(t, time.Since(began), 2*time.Second, header)
		})
	}
}

func TestACancelledCallIsNotSent(t *testing.T) {
	service := &counter{}
	client, transport := newClient(service, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Do(ctx, post(true))
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "not sent")
	assert.False(t, rest.Unsettled(err))
	assert.Empty(t, transport.Log())
}

func TestACallThatIsCancelledInTheMiddleIsUnsettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(&counter{}, resttest.Always(resttest.Any, resttest.Hangs))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Do(ctx, post(true))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.True(t, rest.Unsettled(err))
	})
}

func TestACallThatIsCancelledBetweenSendingsKeepsTheWordsOfTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := newClient(&counter{}, resttest.Always(resttest.Any, resttest.Status(429, "slow down", "Retry-After", "60")))
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := client.Do(ctx, post(false))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "slow down")
		assert.Equal(t, provider.KindThrottled, provider.KindOf(err))
		assert.False(t, rest.Unsettled(err), "it was refused each time")
	})
}

func TestOnceInDoubtAlwaysInDoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		client, _ := newClient(&counter{}, func(*http.Request) resttest.Fault {
			if n++; n == 1 {
				return resttest.Lost
			}
			return resttest.Status(422, "no")
		})
		_, err := client.Do(t.Context(), post(true))
		assert.True(t, rest.Unsettled(err), "that the second sending is refused says nothing of the first")
		assert.Equal(t, provider.KindRefused, provider.KindOf(err))
	})
}

func TestAnAnswerHasABound(t *testing.T) {
	client, _ := newClient(&counter{}, resttest.Always(resttest.Any, resttest.Status(200, strings.Repeat(" ", 101)+"1")))
	client.MaxBody = 100
	a, err := client.Do(t.Context(), get)
	assert.ErrorContains(t, err, "200 OK: the answer is longer than 100 octets")
	assert.Equal(t, 1, a.Tries)
	client.MaxBody = 102
	_, err = client.Do(t.Context(), get)
	assert.NoError(t, err)
}

func TestWordsOfTheServiceAreCleanedAndCut(t *testing.T) {
	client, _ := newClient(&counter{}, resttest.Always(resttest.Any, resttest.Status(400, "a\x1b[31m\r\n\x00b\xff\u202e "+strings.Repeat("long ", 500))))
	_, err := client.Do(t.Context(), get)
	assert.ErrorContains(t, err, `"a [31m b�`)
	assert.Less(t, len(err.Error()), 300)
}

func TestPathsThatServersMayMisreadAreNotSent(t *testing.T) {
	client, transport := newClient(&counter{}, nil)
	for _, path := range []string{"/a//b", "/a/../b", "/a/.", "", "/", "/a/%2e%2E", rest.Path("records", "A", ""), rest.Path("records", ".."), "/%zz", "/a/%2e"} {
		_, err := client.Do(t.Context(), rest.Call{Method: "PUT", Path: path})
		assert.ErrorContains(t, err, "not sent: the path has an element that is empty or only dots", path)
	}
	assert.Empty(t, transport.Log())
	_, err := client.Do(t.Context(), rest.Call{Method: "PUT", Path: rest.Path("a/b", "x?y", "a#b", "*", "50%")})
	assert.NoError(t, err)
	assert.Equal(t, []string{"PUT /a%2Fb/x%3Fy/a%23b/%2A/50%25"}, transport.Log())
}

func TestARealConnectionTellsWhetherARequestLeft(t *testing.T) {
	hang := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	client := &rest.Client{Base: srv.URL, Timeout: 50 * time.Millisecond, Tries: 1}
	_, err := client.Do(t.Context(), rest.Call{Method: "PUT", Path: "/x"})
	assert.True(t, rest.Unsettled(err), "%v", err)
	close(hang)
	srv.Close()
	_, err = client.Do(t.Context(), rest.Call{Method: "PUT", Path: "/x"})
	assert.ErrorContains(t, err, "not sent")
	assert.False(t, rest.Unsettled(err), "%v", err)
}

func TestNoCredentialFollowsARedirect(t *testing.T) {
	stolen := make(chan string, 9)
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen <- r.Header.Get("Authorization") }))
	defer thief.Close()
	srv := httptest.NewServer(http.RedirectHandler(thief.URL+"/here", http.StatusTemporaryRedirect))
	defer srv.Close()
	client := &rest.Client{Base: srv.URL, Tries: 1, Secrets: []rest.Secret{rest.Fixed(token)},
		Sign: func(r *http.Request, s []string) { r.Header.Set("Authorization", s[0]) }}
	_, err := client.Do(t.Context(), get)
	assert.ErrorContains(t, err, "which is not followed")
	assert.Empty(t, stolen)
}

func TestTheJudgeSortsAndTheHeadersComplete(t *testing.T) {
	refuse := errors.New("not this one")
	client, _ := newClient(&counter{}, resttest.Always(resttest.Any, resttest.Status(200, "1", "X-Request-Id", "abc\n123", "Retry-After", "3")))
	client.Judge = func(a rest.Answer) *provider.ServiceError {
		return &provider.ServiceError{Kind: provider.KindRefused, Code: "E1", Err: refuse}
	}
	_, err := client.Do(t.Context(), post(true))
	assert.ErrorIs(t, err, refuse)
	e, ok := errors.AsType[*provider.ServiceError](err)
	require.True(t, ok)
	assert.Equal(t, provider.ServiceError{Kind: provider.KindRefused, Code: "E1", Err: refuse, RequestID: "abc 123", RetryAfter: 3 * time.Second}, *e)
	assert.True(t, rest.Unsettled(err), "the status says yes and the body says no")
}

func TestSettleMovesWhatNobodyKnows(t *testing.T) {
	unsettled := &rest.UnsettledError{Err: context.Canceled}
	ae := &provider.ApplyError{Done: []int{0}, Failed: []provider.ChangeError{{Index: 1, Err: errors.New("no")}, {Index: 2, Err: unsettled}}}
	require.Same(t, ae, rest.Settle(ae))
	assert.Equal(t, []int{2}, ae.Unknown)
	assert.Len(t, ae.Failed, 1)
	assert.ErrorIs(t, ae, context.Canceled)
	assert.NoError(t, rest.Settle(nil))
}
