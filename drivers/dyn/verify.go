package dyn

import (
	"context"
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A pending is one entry of a change set (https://help.dyn.com/get-zone-changeset-api/).
// It does not say whether its record comes or goes.
type pending struct {
	FQDN  string           `json:"fqdn"`
	Type  string           `json:"rdata_type"`
	RData map[string]rdata `json:"rdata"` // of all types, of which one is filled
}

// verify compares the change set with what was staged. Nothing else may be in it, or
// we would publish what somebody else has only begun; and every value that comes has
// to be there. Whether what goes is listed, no document says. The SOA changes with
// every publish.
func (b *batch) verify(ctx context.Context) error {
	var list []pending
	if err := b.get(ctx, &list, rest.Path("ZoneChanges", bare(b.plan.Zone)), nil); err != nil {
		return err
	}
	ours := b.values()
	for _, p := range list {
		k, data, err := p.read()
		if k.Type == zone.SOA && k.Name == b.plan.Zone {
			continue
		}
		v := value{k, data}
		if _, known := ours[v]; err != nil || !known {
			return changeSet("there is a change of %s that is not ours", strings.TrimSpace(p.FQDN+" "+p.Type))
		}
		ours[v] = false
	}
	for v, awaited := range ours {
		if awaited {
			return changeSet("%s %s is not there, although it was accepted", v.Key, v.data)
		}
	}
	return nil
}

func changeSet(format string, args ...any) error {
	return &provider.ServiceError{Err: fmt.Errorf("nothing is published: in the change set "+format, args...)}
}

// value is one record of a set.
type value struct {
	zone.Key
	data string
}

// values has all records of the sets that were staged, and which of them come.
func (b *batch) values() map[value]bool {
	out := map[value]bool{}
	for _, i := range b.good() {
		c := b.plan.Changes[i]
		for _, data := range c.New.Data {
			out[value{c.Key(), data}] = true
		}
		for _, data := range c.Old.Data {
			out[value{c.Key(), data}] = false
		}
	}
	return out
}

func (p pending) read() (k zone.Key, data string, err error) {
	if k.Name, err = zone.ParseName(p.FQDN); err != nil {
		return k, "", err
	}
	if k.Type, err = zone.ParseType(p.Type); err != nil {
		return k, "", err
	}
	data, err = p.RData["rdata_"+strings.ToLower(p.Type)].decode(k.Type)
	return k, data, err
}
