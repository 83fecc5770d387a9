package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/zonecast/zonecast/provider"
)

// A Client speaks JSON with one service under one credential. Only Base has to be
// set, and no field may change after the first call. Several goroutines may use
// it at once.
type Client struct {
	Base      string                                  // what stands before every path, as https://api.example.com
	Secrets   []Secret                                // the credential, in the parts that Sign wants
	Sign      func(r *http.Request, secrets []string) // puts the credential into a request; nil: nobody does
	Judge     func(Answer) *provider.ServiceError     // nil where the answer says yes; ByStatus if there is no Judge
	Limit     *Limiter                                // of all calls that bring none of their own
	Timeout   time.Duration                           // of one sending with its answer; 0: 30 s
	Tries     int                                     // sendings of one call; 0: 5
	Total     time.Duration                           // that a call may go on being sent again; 0: 2 min
	MaxBody   int64                                   // octets of an answer; 0: 16 MiB
	Transport http.RoundTripper                       // nil: one that all clients share

	vault vault
}

// A Call is one request.
type Call struct {
	Method string
	Path   string // escaped, as Path makes it
	Query  url.Values
	Header http.Header // beside what every call has
	In     any         // sent as JSON; nil: no body
	Out    any         // filled from the JSON of an answer that says yes; nil: nobody reads it
	Again  bool        // doing it twice is doing it once; GET needs no mark
	Limit  *Limiter    // nil: the client's
}

// An Answer is what the service said last, whole.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Tries  int // sendings that it took

	vault *vault
}

// Do makes a call. The error tells method and path, and has in it what Judge made
// of the answer; the Answer is there beside it, as far as one came.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	if call.Limit == nil {
		call.Limit = c.Limit
	}
	d := dialogue{Client: c, call: call}
	d.last = c.wait(ctx, call.Limit) // not counted as time that the service takes
	if d.last == nil {
		// what Retry returns is in last, or that the context ended
		_, _ = backoff.Retry(ctx, func() (Answer, error) { return d.once(ctx) },
			backoff.WithBackOff(pauses()), backoff.WithMaxTries(uint(or(c.Tries, 5))), backoff.WithMaxElapsedTime(or(c.Total, 2*time.Minute)))
	}
	return d.answer, d.outcome(ctx)
}

// A dialogue is all sendings of one call.
type dialogue struct {
	*Client
	call   Call
	answer Answer
	last   *failure // nil: the service said yes
	unsure bool     // one of them may have been heard
}

func (d *dialogue) once(ctx context.Context) (Answer, error) {
	tries := d.answer.Tries + 1
	if tries > 1 {
		if f := d.wait(ctx, d.call.Limit); f != nil {
			d.last = f
			return d.answer, backoff.Permanent(f.err)
		}
	}
	d.answer, d.last = d.attempt(ctx, d.call)
	d.answer.Tries = tries
	if d.last == nil {
		return d.answer, nil
	}
	d.unsure = d.unsure || d.last.unsure
	return d.answer, d.last.advice(ctx, d.call)
}

// outcome is the error of the call as a whole.
func (d *dialogue) outcome(ctx context.Context) error {
	if d.last == nil {
		return nil
	}
	err := d.last.err
	if end := context.Cause(ctx); end != nil && !errors.Is(err, end) {
		err = fmt.Errorf("%w; before that %w", end, err)
	}
	if d.unsure && d.call.Method != http.MethodGet {
		err = &UnsettledError{err}
	}
	return fmt.Errorf("%s %s: %w", d.call.Method, d.vault.redact(d.call.Path), err)
}

// pauses are those between sendings, where the service does not say how long.
func pauses() backoff.BackOff {
	return &backoff.ExponentialBackOff{InitialInterval: time.Second, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 30 * time.Second}
}

// or is what was set, or else what is usual.
func or[T int | int64 | time.Duration](set, usual T) T {
	if set > 0 {
		return set
	}
	return usual
}

// A failure is why one sending came to nothing.
type failure struct {
	err     error
	unsure  bool          // it may have been done all the same
	passing bool          // another sending may fare better
	after   time.Duration // that the service asks for
}

// advice tells the loop what to do about a failure.
func (f *failure) advice(ctx context.Context, call Call) error {
	safe := !f.unsure || call.Again || call.Method == http.MethodGet
	if !f.passing || !safe || ctx.Err() != nil {
		return backoff.Permanent(f.err)
	}
	if f.after > 0 {
		return &backoff.RetryAfterError{Duration: f.after}
	}
	return f.err
}
