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
type view struct{ base, live, want *zone.Zone }

func viewOf(ctx context.Context, r *config.Runtime, t *engine.Target, name zone.Name) (v view, wish zone.Wish, source string, err error) {
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
	if want, ok := wish.(zone.Replace); ok {
		v.want = want.Zone
	}
	v.live, err = t.Syncer.Provider.Zone(ctx, name)
	if errors.Is(err, provider.ErrNoZone) {
		err = nil
	}
	return v, wish, source, err
}

type setView struct {
	Name    zone.Name `json:"name"`
	Type    zone.Type `json:"type"`
	Verdict string    `json:"verdict"`
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
		base, _ := v.base.Get(k)
		live, _ := v.live.Get(k)
		want, _ := v.want.Get(k)
		if key == (zone.Key{}) && base.Equal(live) && live.Equal(want) {
			continue
		}
		out = append(out, setView{k.Name, k.Type, verdict(base, live, want), contentOf(base), contentOf(live), contentOf(want)})
	}
	return out
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

// verdict says in a few words whose a set is.
func verdict(base, live, want zone.RRset) string {
	there, ours, wanted := live.Name != "", base.Name != "", want.Name != ""
	switch {
	case !there && !ours && !wanted:
		return "nobody has it"
	case !there && !ours:
		return "wanted, and not there yet"
	case !there:
		return "ours, and somebody took it away"
	case !ours && wanted && live.Equal(want):
		return "there before us, and as it is wanted"
	case !ours && wanted:
		return "not ours, and wanted otherwise"
	case !ours:
		return "not ours"
	case !live.Equal(base):
		return "ours, and somebody changed it"
	case !wanted:
		return "ours, and wanted no more"
	}
	return "ours"
}

func setsText(sets []setView) string {
	var b strings.Builder
	for _, s := range sets {
		fmt.Fprintf(&b, "%s %s: %s\n\tbase %v\n\tlive %v\n\twant %v\n", s.Name, s.Type, s.Verdict, s.Base, s.Live, s.Want)
	}
	return b.String()
}
