// Package newdriver is a complete driver for an imaginary service, to start one
// of your own from. The service keeps sets and speaks JSON:
//
//	GET    /zones/example.com.                      [{"name":"www.example.com.","type":"A","ttl":300,"data":["192.0.2.1"]}]
//	PUT    /zones/example.com./www.example.com./A   the set, whole
//	DELETE /zones/example.com./www.example.com./A
//
// The proof is in driver_test.go: one call.
package newdriver

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Provider speaks for one account. Set both fields.
type Provider struct{ URL, Key string }

// Zone implements provider.Provider: all of the zone or an error.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	var sets []zone.RRset
	if err := p.call(ctx, "GET", nil, &sets, string(name)); err != nil {
		return nil, err
	}
	var records []zone.Record
	for _, s := range sets {
		records = append(records, s.Records()...)
	}
	return zone.New(name, records...)
}

// Apply implements provider.Provider, a set at a time.
func (p *Provider) Apply(ctx context.Context, plan zone.Plan) error {
	return provider.Each(plan, func(c zone.Change) error {
		k, method := c.Key(), "PUT"
		if c.Op() == zone.Delete {
			method = "DELETE"
		}
		return p.call(ctx, method, c.New, nil, string(plan.Zone), string(k.Name), string(k.Type))
	})
}

// call sends one request and sorts the answer.
func (p *Provider) call(ctx context.Context, method string, in, out any, path ...string) error {
	body, _ := json.Marshal(in)
	at := p.URL + "/zones"
	for _, element := range path {
		at += "/" + url.PathEscape(element)
	}
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+p.Key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound:
		return provider.ErrNoZone
	case res.StatusCode >= 300:
		return &provider.ServiceError{Kind: provider.KindOfStatus(res.StatusCode), Code: res.Status}
	case out == nil:
		return nil
	}
	return json.NewDecoder(res.Body).Decode(out)
}
