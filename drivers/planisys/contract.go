package planisys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// ErrContract says that nothing was sent, since the driver only shows what it would
// send.
var ErrContract = errors.New("contract mode: nothing was sent")

// WriteContract writes what every call for a zone would be under a profile: the
// list, reading, creation, each call of Sample, and deletion. No key is needed, and
// nothing is sent: it is to be shown to whoever knows the service.
func WriteContract(ctx context.Context, w io.Writer, o Options, name zone.Name) error {
	o.Contract = w
	p, err := open(o)
	if err != nil {
		return fmt.Errorf("planisys: %w", err)
	}
	plan := p.is.sample(name)
	want, err := zone.New(name)
	if err != nil {
		return fmt.Errorf("planisys: %w", err)
	}
	c := &creator{p}
	for _, do := range []func() error{
		func() error { _, err := p.names(ctx); return err },
		func() error { _, err := c.CreateZone(ctx, want.Apply(plan)); return err },
		func() error { return p.Apply(ctx, plan) }, // reads first
		func() error { return c.DeleteZone(ctx, name) },
	} {
		err := do()
		if errors.Is(err, provider.ErrUnsupported) {
			_, err = fmt.Fprintf(w, "# %s\n\n", strings.TrimPrefix(err.Error(), provider.ErrUnsupported.Error()+": "))
		}
		if err != nil && !errors.Is(err, ErrContract) {
			return fmt.Errorf("planisys: %w", err)
		}
	}
	return nil
}

// A contract is where calls are shown in place of being made.
type contract struct {
	to io.Writer
	mu sync.Mutex
}

// forShow makes of a client one that sends nothing and knows no key.
func forShow(c *rest.Client, to io.Writer) *rest.Client {
	c.Transport, c.Secrets, c.Tries = &contract{to: to}, []rest.Secret{rest.Fixed("[secret]")}, 1
	c.Judge = func(rest.Answer) *provider.ServiceError { return nil }
	return c
}

// placeKey has in a context which operation of the profile a call is.
type placeKey struct{}

// RoundTrip writes a request as it would go out.
func (c *contract) RoundTrip(r *http.Request) (*http.Response, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# %v\n%s %s\n", r.Context().Value(placeKey{}), r.Method, r.URL)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(r.Header[name], ", "))
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "\n%s\n", body)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := io.WriteString(c.to, b.String()+"\n"); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
}

// supposed shows how a zone is read, and gives what a plan was made from.
func (p *Provider) supposed(ctx context.Context, plan zone.Plan) (*content, error) {
	if _, _, err := p.pages(ctx, plan.Zone); !errors.Is(err, ErrContract) {
		return nil, err
	}
	c := &content{rows: map[zone.Key][]row{}}
	if p.is.Read.Version != nil {
		c.version = "VERSION"
	}
	var records []zone.Record
	for _, ch := range plan.Changes {
		raw, err := p.is.Records.encode(ch.Old, plan.Zone)
		if err != nil {
			return nil, err
		}
		for range raw {
			c.keys = append(c.keys, ch.Key())
		}
		c.raw = append(c.raw, raw...)
		c.rows[ch.Key()] = rowsOf(ch.Old, p.is.Records.ID != nil)
		records = append(records, ch.Old.Records()...)
	}
	var err error
	c.zone, err = zone.New(plan.Zone, records...)
	return c, err
}
