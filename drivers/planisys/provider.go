package planisys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Cloud is the address of the service in the cloud, as its pages give it
// (docs-en.planisys.net/pdns/api/postman.html). Other installations have their own.
const Cloud = "https://pdns-app.planisys.net:8443/api/v1"

// Options is an account. Key and either Reseller or Company have to be set.
type Options struct {
	URL       string                 // what stands before every path; "": Cloud
	Reseller  string                 // its short name, which is not the long one
	Company   string                 // its short name
	Key       func() (string, error) // reads the API key, when it is first wanted and after it was refused
	Profile   Profile                // what is not public
	Contract  io.Writer              // nil: calls are made; else nothing is sent, and what would be is written here
	Transport http.RoundTripper      // nil: the network
}

// A Provider is one account. New makes one.
type Provider struct {
	client *rest.Client
	is     *program
	shown  bool // calls are shown in place of being made
	turns  turns
}

// New makes the driver of an account. It says all that is wrong with the profile.
// The driver is a *Provider, and a provider.Creator where the profile can create.
func New(o Options) (provider.Provider, error) {
	p, err := open(o)
	if err != nil {
		return nil, fmt.Errorf("planisys: %w", err)
	}
	if p.is.create != nil {
		return &creator{p}, nil
	}
	return p, nil
}

func open(o Options) (*Provider, error) {
	base := strings.TrimSuffix(cmp.Or(o.URL, Cloud), "/")
	who, name, err := o.identity()
	if err == nil {
		err = soundBase(base)
	}
	if err != nil {
		return nil, err
	}
	is, err := o.Profile.compile()
	if err != nil {
		return nil, err
	}
	c := &rest.Client{Base: base, Transport: o.Transport, Judge: is.Answers.judge, Sign: signer(who, name)}
	if o.Contract != nil {
		return &Provider{client: forShow(c, o.Contract), is: is, shown: true}, nil
	}
	if o.Key == nil {
		return nil, errNoKey
	}
	c.Secrets = []rest.Secret{o.Key}
	c.Limit = rest.Shared("planisys "+base+" "+who+" "+name, cmp.Or(is.Calls, 60), time.Minute)
	return &Provider{client: c, is: is}, nil
}

var (
	errNoKey  = errors.New("there is no key")
	errNobody = errors.New("want either a reseller or a company")
	errWho    = errors.New("the short name of a reseller or a company has no spaces and nothing that cannot be printed")
)

// identity gives the header that says who we are, and what it says.
func (o Options) identity() (header, name string, err error) {
	header, name = "Reseller", o.Reseller
	if name == "" {
		header, name = cmp.Or(o.Profile.Company, "Company"), o.Company
	}
	switch {
	case (o.Reseller == "") == (o.Company == ""):
		return "", "", errNobody
	case strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", "", errWho
	}
	return header, name, nil
}

// signer puts the two headers into a request. The key stands there bare, without
// the word that a scheme would have.
func signer(header, name string) func(*http.Request, []string) {
	return func(r *http.Request, secrets []string) {
		r.Header.Set(header, name)
		r.Header.Set("Authorization", secrets[0])
	}
}

// soundBase wants TLS: the key stands in every request as it is.
func soundBase(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return errors.New("the address of the service is none")
	case u.Scheme != "https" || u.Host == "":
		return errors.New("the address of the service does not begin with https:// and a host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the address of the service has more than a host and a path")
	}
	return nil
}

// Traits implements provider.Describer. What the service holds is in the profile.
func (p *Provider) Traits() provider.Traits {
	if p.is == nil {
		return Profile{}.Traits()
	}
	return p.is.Traits()
}

// ReadOnly reports whether the profile does not say how anything is written.
func (p *Provider) ReadOnly() bool { return p.is.Write == nil }

// Adjust implements provider.Adjuster: what cannot be written so that it is read
// again as it is, is protected.
func (p *Provider) Adjust(live, want *zone.Zone) (*zone.Zone, []zone.Finding) {
	want, fs := p.Traits().Adjust(live, want)
	if p.ReadOnly() {
		return want, fs
	}
	var guards []zone.Protected
	for s := range want.All() {
		if s.Key.IsAuthority(want.Name()) {
			continue // it will not be written
		}
		if _, ok := want.Protection(s.Key); ok {
			continue
		}
		if err := p.is.roundTrip(s, want.Name()); err != nil {
			fs = append(fs, zone.Finding{Level: zone.Blocked, Key: s.Key, Text: err.Error()})
			guards = append(guards, zone.Protected{Key: s.Key, Reason: err.Error()})
		}
	}
	return want.Protect(guards...), fs
}

// call makes a call for a view, and reads the JSON of the answer, if it has any.
func (p *Provider) call(ctx context.Context, o *operation, v view) (doc any, err error) {
	c, err := o.call(v)
	if err != nil {
		return nil, err
	}
	a, err := p.client.Do(context.WithValue(ctx, placeKey{}, o.place), c)
	doc, _ = document(a.Body) // judged already
	if err == nil || a.Status == 0 {
		return doc, err
	}
	if u, ok := errors.AsType[*rest.UnsettledError](err); ok && (o.reads || p.is.Answers.isNo(a, doc)) {
		err = fmt.Errorf("%s %s: %w", c.Method, c.Path, u.Err)
	}
	if sort := sorts[p.is.Answers.meaning(a.Status, doc)]; sort != nil {
		err = fmt.Errorf("%w: %w", sort, err)
	}
	return nil, err
}

// unsupported says what the profile does not.
func unsupported(what string) error {
	return fmt.Errorf("%w: the profile does not say how to %s", provider.ErrUnsupported, what)
}
