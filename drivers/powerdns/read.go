package powerdns

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// zoneDoc is a zone as the API gives and takes it.
type zoneDoc struct {
	Name        string   `json:"name"`
	Kind        string   `json:"kind"`
	Masters     []string `json:"masters,omitempty"`
	NameServers []string `json:"nameservers"`
	DNSSEC      bool     `json:"dnssec,omitempty"`
	SOAEditAPI  string   `json:"soa_edit_api"`
	Rectify     bool     `json:"api_rectify"`
	RRsets      []rrset  `json:"rrsets,omitempty"`
}

// rrset is a set as the API gives and takes it. Without comments those that are
// there stay.
type rrset struct {
	Name       string   `json:"name"`
	Type       string   `json:"type"`
	TTL        int64    `json:"ttl"`
	ChangeType string   `json:"changetype,omitempty"`
	Records    []record `json:"records"`
}

type record struct {
	Content  string `json:"content"`
	Disabled bool   `json:"disabled"`
}

// largeZone is from how many sets on a zone is not read whole for a few of them.
const largeZone = 2000

// Zone implements provider.Provider.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	doc, err := p.doc(ctx, name, nil)
	if err != nil {
		return nil, err
	}
	if len(doc.RRsets) >= largeZone {
		p.large.Store(name, true)
	} else {
		p.large.Delete(name)
	}
	return doc.zone(name)
}

// doc reads a zone that is ours to write.
func (p *Provider) doc(ctx context.Context, name zone.Name, query url.Values) (doc zoneDoc, err error) {
	if err := p.call(ctx, name, rest.Call{Method: "GET", Path: path(name), Query: query, Out: &doc}); err != nil {
		return doc, err
	}
	if n, err := zone.ParseName(doc.Name); err != nil || n != name {
		return doc, fmt.Errorf("powerdns: asked for the zone %s, got %q", name, doc.Name)
	}
	return doc, p.writable(ctx, name, doc)
}

// writable refuses zones that somebody else writes: PowerDNS would take changes to
// them, and lose them or serve them unsigned.
func (p *Provider) writable(ctx context.Context, name zone.Name, doc zoneDoc) error {
	why := ""
	switch doc.Kind {
	case "Native", "Master", "Primary":
		presigned, err := p.metadata(ctx, name, doc.DNSSEC, "PRESIGNED")
		if err != nil || presigned != "1" {
			return err
		}
		why = "is signed elsewhere, and a change would break its signatures"
	case "Slave", "Secondary", "Consumer":
		why = fmt.Sprintf("is a %s of %s: the next transfer takes away what is written to it", doc.Kind, strings.Join(doc.Masters, ", "))
	default:
		why = fmt.Sprintf("is of the kind %q, whose records PowerDNS makes", doc.Kind)
	}
	return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf("powerdns: zone %s %s", name, why)}
}

// zone makes a zone of all sets.
func (d zoneDoc) zone(name zone.Name) (*zone.Zone, error) {
	return pdns.Read(name, func(yield func(pdns.Row) bool) {
		for _, s := range d.RRsets {
			for _, r := range s.Records {
				if !yield(pdns.Row{Name: s.Name, Type: s.Type, TTL: s.TTL, Content: r.Content, Disabled: r.Disabled}) {
					return
				}
			}
		}
	})
}

// fewSets is up to how many sets of a large zone are asked for one by one.
const fewSets = 50

// RRsets implements provider.Getter. Few sets of a large zone are read one by one,
// and what somebody has disabled meanwhile is not seen then.
func (p *Provider) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (*zone.Zone, error) {
	if _, large := p.large.Load(name); large && len(keys) <= fewSets {
		return p.oneByOne(ctx, name, keys)
	}
	z, err := p.Zone(ctx, name)
	if err != nil {
		return nil, err
	}
	return only(z, keys), nil
}

func (p *Provider) oneByOne(ctx context.Context, name zone.Name, keys []zone.Key) (*zone.Zone, error) {
	var all zoneDoc
	for _, k := range keys {
		doc, err := p.doc(ctx, name, justOne(k))
		if err != nil {
			return nil, err
		}
		all.RRsets = append(all.RRsets, slices.DeleteFunc(doc.RRsets, func(s rrset) bool { return !s.is(k) })...)
	}
	return all.zone(name)
}

// justOne asks for one set. A server that does not know how gives all.
func justOne(k zone.Key) url.Values {
	return url.Values{"rrset_name": {string(k.Name)}, "rrset_type": {string(k.Type)}}
}

func (s rrset) is(k zone.Key) bool {
	n, err := zone.ParseName(s.Name)
	t, e := zone.ParseType(s.Type)
	return errors.Join(err, e) == nil && n == k.Name && t == k.Type
}

// only is the part of a zone that was asked for.
func only(z *zone.Zone, keys []zone.Key) *zone.Zone {
	asked := make(map[zone.Key]bool, len(keys))
	for _, k := range keys {
		asked[k] = true
	}
	return z.Only(func(s zone.RRset) bool { return asked[s.Key] })
}

// Zones implements provider.Lister: all zones of the server, whoever writes them.
func (p *Provider) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		var list []zoneDoc
		if err := p.call(ctx, "", rest.Call{Method: "GET", Path: "/zones", Query: url.Values{"dnssec": {"false"}}, Out: &list}); err != nil {
			yield("", err)
			return
		}
		for _, z := range list {
			if pdns.IsVariant(z.Name) {
				continue
			}
			if n, err := zone.ParseName(z.Name); !yield(n, err) || err != nil {
				return
			}
		}
	}
}
