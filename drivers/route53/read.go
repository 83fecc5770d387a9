package route53

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// pageSize is the most that the service gives at once.
const pageSize = 300

// A place is where a page begins: at the first set that is not before it.
type place struct {
	name, id string
	typ      types.RRType
}

func placeOf(s recordSet) place {
	return place{aws.ToString(s.Name), aws.ToString(s.SetIdentifier), s.Type}
}

// page reads one page; next is nil behind the last one.
func (p *Provider) page(ctx context.Context, id string, from place) (sets []recordSet, next *place, err error) {
	in := &sdk.ListResourceRecordSetsInput{HostedZoneId: &id, MaxItems: aws.Int32(pageSize), StartRecordType: from.typ}
	if from.name != "" {
		in.StartRecordName = &from.name
	}
	if from.id != "" {
		in.StartRecordIdentifier = &from.id
	}
	out, err := call(ctx, p, "ListResourceRecordSets", p.api.ListResourceRecordSets, in)
	if err != nil || !out.IsTruncated {
		return record(out), nil, err
	}
	next = &place{aws.ToString(out.NextRecordName), aws.ToString(out.NextRecordIdentifier), out.NextRecordType}
	if *next == from || next.name == "" || len(out.ResourceRecordSets) == 0 {
		return nil, nil, incomplete("the list of hosted zone %s stands still at %q", id, from.name)
	}
	return out.ResourceRecordSets, next, nil
}

func record(out *sdk.ListResourceRecordSetsOutput) []recordSet {
	if out == nil {
		return nil
	}
	return out.ResourceRecordSets
}

// compare is the order of lists: by the labels of names from right to left, each
// with its dot, as they are spelled; then by type and identifier.
// (API Reference, ListResourceRecordSets)
func compare(a, b place) int {
	return cmp.Or(compareNames(a.name, b.name), cmp.Compare(a.typ, b.typ), cmp.Compare(a.id, b.id))
}

func compareNames(a, b string) int { return cmp.Compare(reversed(a), reversed(b)) }

func reversed(name string) string {
	labels := strings.Split(strings.TrimSuffix(name, "."), ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + "."
}

// all reads every set of a zone. A set that is there twice has moved while the
// pages were read, and so may others have.
func (p *Provider) all(ctx context.Context, id string) (out []recordSet, err error) {
	seen := map[place]bool{}
	for from := (&place{}); from != nil; {
		var sets []recordSet
		if sets, from, err = p.page(ctx, id, *from); err != nil {
			return nil, err
		}
		for _, s := range sets {
			if at := placeOf(s); !seen[at] {
				seen[at] = true
			} else {
				return nil, incomplete("hosted zone %s changes while it is read: %s %s is there twice", id, at.name, at.typ)
			}
		}
		out = append(out, sets...)
	}
	return out, nil
}

// Zone implements provider.Provider.
func (p *Provider) Zone(ctx context.Context, name zone.Name) (z *zone.Zone, err error) {
	if err := p.vouch(ctx); err != nil {
		return nil, err
	}
	err = p.at(ctx, name, func(h hosted) error {
		sets, err := p.all(ctx, h.ID)
		if err != nil {
			return fmt.Errorf("zone %s: %w", name, err)
		}
		l, err := understand(name, sets)
		if err == nil {
			err = isWhole(l.zone)
		}
		if err != nil {
			return err
		}
		p.update(name, func(h *hosted) { h.odd, h.sets = l.odd, l.sets })
		z = l.zone
		return p.knowSet(ctx, name, h)
	})
	return z, err
}

// isWhole finds what every zone at Route 53 has and nobody can take away.
func isWhole(z *zone.Zone) error {
	for _, t := range []zone.Type{zone.SOA, zone.NS} {
		k := zone.Key{Name: z.Name(), Type: t}
		_, there := z.Get(k)
		if _, guarded := z.Protection(k); !there && !guarded {
			return incomplete("zone %s: the list of its sets has no %s, so it is not whole", z.Name(), t)
		}
	}
	return nil
}

// RRsets implements provider.Getter. It reads a page at the first name asked for,
// then one at the first name that no page has shown, and so never more pages than
// the whole zone has.
func (p *Provider) RRsets(ctx context.Context, name zone.Name, keys ...zone.Key) (z *zone.Zone, err error) {
	err = p.at(ctx, name, func(h hosted) error {
		sets, err := p.around(ctx, h.ID, names(keys))
		if err != nil {
			return fmt.Errorf("zone %s: %w", name, err)
		}
		l, err := understand(name, sets)
		if err != nil {
			return err
		}
		p.update(name, func(h *hosted) { h.odd = respelled(h.odd, l.odd, keys) })
		z, err = choose(l.zone, keys)
		return err
	})
	return z, err
}

// names gives the names of keys as they are spelled, each once, in the order of
// lists.
func names(keys []zone.Key) (out []string) {
	for _, k := range keys {
		out = append(out, spellName(k.Name))
	}
	slices.SortFunc(out, compareNames)
	return slices.Compact(out)
}

// around reads all sets of some names, and whatever else stands on their pages.
func (p *Provider) around(ctx context.Context, id string, wanted []string) (out []recordSet, err error) {
	from := place{}
	for len(wanted) > 0 {
		if compareNames(from.name, wanted[0]) < 0 || from.name == "" {
			from = place{name: wanted[0]}
		}
		sets, next, err := p.page(ctx, id, from)
		if err != nil {
			return nil, err
		}
		if !slices.IsSortedFunc(sets, func(a, b recordSet) int { return compare(placeOf(a), placeOf(b)) }) {
			return p.all(ctx, id) // an order that we do not know shows nothing of what is absent
		}
		out = append(out, sets...)
		if next == nil {
			break
		}
		wanted = slices.DeleteFunc(wanted, func(w string) bool { return compareNames(w, next.name) < 0 })
		from = *next
	}
	return out, nil
}

// choose leaves of a zone what was asked for, and what is protected of it.
func choose(z *zone.Zone, keys []zone.Key) (*zone.Zone, error) {
	var records []zone.Record
	var guards []zone.Protected
	for _, k := range keys {
		s, _ := z.Get(k)
		records = append(records, s.Records()...)
		if g, ok := z.Protection(k); ok {
			guards = append(guards, g)
		}
	}
	out, err := zone.New(z.Name(), records...)
	return out.Protect(guards...), err
}

// respelled brings what is known of spellings up to date, as far as sets were read
// again.
func respelled(old, read map[zone.Key]spelling, keys []zone.Key) map[zone.Key]spelling {
	out := map[zone.Key]spelling{}
	for k, s := range old {
		out[k] = s
	}
	for _, k := range keys {
		if delete(out, k); read[k].set.Name != "" {
			out[k] = read[k]
		}
	}
	return out
}

var _ provider.Getter = (*Provider)(nil)
