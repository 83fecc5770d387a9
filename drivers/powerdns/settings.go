package powerdns

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// settings are what of the server's configuration matters, once it is known.
type settings struct {
	mu        sync.Mutex
	known     bool
	rectifies bool // default-api-rectify
	body      int  // webserver-max-bodysize, in octets
}

// usualBody is the size of a request that every PowerDNS takes, in octets: the
// default of webserver-max-bodysize is 2 MB.
const usualBody = 1 << 20

var errTooLarge = errors.New("it is more than the web server of PowerDNS takes at once (webserver-max-bodysize)")

// fits refuses sets that no request has room for.
func (p *Provider) fits(ctx context.Context, sets []rrset) error {
	text, err := json.Marshal(sets)
	if err != nil || len(text) <= usualBody {
		return err
	}
	if err := p.learn(ctx); err != nil {
		return err
	}
	if len(text) > p.settings.body {
		return &provider.ServiceError{Kind: provider.KindRefused, Err: errTooLarge}
	}
	return nil
}

// learn asks for the settings, once.
func (p *Provider) learn(ctx context.Context) error {
	p.settings.mu.Lock()
	defer p.settings.mu.Unlock()
	if p.settings.known {
		return nil
	}
	var list []struct{ Name, Value string }
	if err := p.call(ctx, "", rest.Call{Method: "GET", Path: "/config", Out: &list}); err != nil {
		return err
	}
	p.settings.rectifies, p.settings.body = true, usualBody
	for _, s := range list {
		switch s.Name {
		case "default-api-rectify":
			p.settings.rectifies = s.Value != "no"
		case "webserver-max-bodysize":
			if mb, err := strconv.Atoi(s.Value); err == nil {
				p.settings.body = max(mb*9e5, usualBody) // the rest is for the header
			}
		}
	}
	p.settings.known = true
	return nil
}
