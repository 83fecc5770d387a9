package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/engine"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A view is a zone as we wrote it, as it is, and as it is wanted.
type view struct {
	base, live, want *zone.Zone
	rules            zone.Rules
}

func viewOf(ctx context.Context, r *config.Runtime, t *engine.Target, name zone.Name) (v view, wish zone.Wish, source string, err error) {
	v.rules = t.Syncer.EffectiveRules()
	base, err := r.Ledger.Base(ctx, t.Syncer.Target, name)
	if err != nil {
		return v, nil, "", err
	}
	if base != nil {
		v.base = base.Stored
	}
	if wish, source, err = r.Ledger.Wish(ctx, t.Syncer.Target, name); err != nil {
		return v, nil, "", err
	}
	v.live, err = t.Syncer.Provider.Zone(ctx, name)
	if errors.Is(err, provider.ErrNoZone) {
		err = nil
	}
	if want, ok := wish.(zone.Replace); ok && err == nil {
		s := t.Syncer
		s.Ledger = r.Ledger
		v.want, err = s.Delegated(ctx, v.live, want.Zone)
	}
	return v, wish, source, err
}

type setView struct {
	Name    zone.Name `json:"name"`
	Type    zone.Type `json:"type"`
	Verdict string    `json:"verdict"`
	Rule    string    `json:"rule,omitempty"`
	Base    *content  `json:"base,omitempty"`
	Live    *content  `json:"live,omitempty"`
	Want    *content  `json:"want,omitempty"`
}

type content struct {
	TTL  uint32   `json:"ttl"`
	Data []string `json:"data"`
}

func contentOf(s zone.RRset) *content {
	if s.Name == "" {
		return nil
	}
	return &content{s.TTL, s.Data}
}

func (c *content) String() string {
	if c == nil {
		return "nothing"
	}
	return fmt.Sprintf("%d %s", c.TTL, strings.Join(c.Data, ", "))
}

// sets gives one set, or without a key those that are not the same everywhere.
func (v view) sets(key zone.Key) (out []setView) {
	out = []setView{}
	for _, k := range v.keys(key) {
		s := v.set(k)
		if key != (zone.Key{}) || !s.same() {
			out = append(out, s.show())
		}
	}
	return out
}

// set gives what is known of one set.
func (v view) set(k zone.Key) sides {
	s := sides{Key: k, rules: v.rules, apex: v.apex()}
	s.base, _ = v.base.Get(k)
	s.live, _ = v.live.Get(k)
	s.want, _ = v.want.Get(k)
	for _, z := range []*zone.Zone{v.live, v.want} {
		if p, ok := z.Protection(k); ok {
			s.guard = p.Reason
		}
	}
	return s
}

func (v view) apex() zone.Name {
	for _, z := range []*zone.Zone{v.live, v.want, v.base} {
		if z != nil {
			return z.Name()
		}
	}
	return ""
}

func (v view) keys(key zone.Key) (keys []zone.Key) {
	if key != (zone.Key{}) {
		return []zone.Key{key}
	}
	seen := map[zone.Key]bool{}
	for _, z := range []*zone.Zone{v.live, v.want, v.base} {
		for s := range z.All() {
			if !seen[s.Key] {
				seen[s.Key] = true
				keys = append(keys, s.Key)
			}
		}
	}
	return keys
}

func setsText(sets []setView) string {
	var b strings.Builder
	for _, s := range sets {
		fmt.Fprintf(&b, "%s %s: %s\n\tbase %v\n\tlive %v\n\twant %v\n", s.Name, s.Type, s.Verdict, s.Base, s.Live, s.Want)
		if s.Rule != "" {
			fmt.Fprintf(&b, "\trule %s\n", s.Rule)
		}
	}
	return b.String()
}
