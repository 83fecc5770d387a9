package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/secondary"
)

// tellZones shows the zones of sources that are not as they should be, and gives the
// worst code: 3 where somebody has to look, 4 where it is tried again.
func (p *program) tellZones(ctx context.Context, r *config.Runtime, address string) (code int, err error) {
	zones, err := p.zonesOf(ctx, r, address)
	for _, z := range zones {
		switch z.Condition {
		case secondary.Fresh:
			continue
		case secondary.Suspect, secondary.Expired:
			code = provider.WorseExit(code, 3)
		default:
			code = provider.WorseExit(code, 4)
		}
		p.say(zoneText(z), zoneLine{"zone", z})
	}
	return code, err
}

// zonesOf asks the process that is at work; where none answers, the ledger knows
// what lasts.
func (p *program) zonesOf(ctx context.Context, r *config.Runtime, address string) ([]secondary.ZoneStatus, error) {
	if zones, err := askZones(ctx, address); err == nil {
		return zones, nil
	}
	sources, err := r.Secondaries()
	if err != nil {
		return nil, err
	}
	var zones []secondary.ZoneStatus
	for _, s := range sources {
		copies, err := s.Store.Copies(ctx, s.Name)
		if err != nil {
			return nil, err
		}
		for _, c := range copies {
			z := secondary.ZoneStatus{Source: s.Name, Zone: c.Zone, Condition: secondary.Fresh, Serial: &c.Serial, From: c.From, Got: c.Got, Reason: c.Suspect, Address: c.Doubted}
			switch {
			case c.Suspect != "":
				z.Condition = secondary.Suspect
			case !c.Gone.IsZero():
				z.Condition, z.Since = secondary.Gone, c.Gone
			}
			zones = append(zones, z)
		}
	}
	return zones, nil
}

const askTime = 3 * time.Second

func askZones(ctx context.Context, address string) (zones []secondary.ZoneStatus, err error) {
	if address == "" {
		return nil, errNoLedger
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/zones", nil)
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", address, res.Status)
	}
	return zones, json.NewDecoder(io.LimitReader(res.Body, 256<<20)).Decode(&zones)
}

type zoneLine struct {
	Kind string `json:"kind"`
	secondary.ZoneStatus
}

func zoneText(z secondary.ZoneStatus) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: %s", z.Source, z.Zone, z.Condition)
	if z.Serial != nil {
		fmt.Fprintf(&b, ", our serial %d", *z.Serial)
	}
	if z.Theirs != nil {
		fmt.Fprintf(&b, ", theirs %d", *z.Theirs)
	}
	if !z.Next.IsZero() {
		fmt.Fprintf(&b, ", next at %s", stamp(z.Next))
	}
	if z.Reason != "" {
		b.WriteString(": " + z.Reason)
	}
	b.WriteByte('\n')
	if z.Condition == secondary.Suspect {
		fmt.Fprintf(&b, "\tzonecast force --source %s %s\n", z.Source, z.Zone)
	}
	return b.String()
}
