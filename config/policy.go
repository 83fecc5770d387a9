package config

import (
	"cmp"
	"errors"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Policy says what may happen to data that is not ours. What is left out is as
// in the policy above it.
type Policy struct {
	Foreign       Foreign        `yaml:"foreign" json:",omitempty" doc:"sets that we never wrote and the source does not have; keep if left out"`
	Adopt         Adopt          `yaml:"adopt" json:",omitempty" doc:"sets that we never wrote and the source has otherwise: hold them until somebody approves, or take them; hold if left out"`
	Drift         Drift          `yaml:"drift" json:",omitempty" doc:"our sets that somebody changed; repair if left out"`
	ApexNS        ApexNS         `yaml:"apex_ns" json:",omitzero" doc:"who decides the name servers of a zone: the provider or the source; or names for zones that bring none"`
	Limits        *Limits        `yaml:"limits" json:",omitempty" doc:"how much one change of the source may delete before it waits for approval"`
	Fleet         *Fleet         `yaml:"fleet" json:",omitempty" doc:"how many zones of a target may get smaller in a day; what goes beyond waits for approval"`
	Missing       Missing        `yaml:"missing" json:",omitempty" doc:"zones that the target does not have; create if left out"`
	RemoveAfter   *Duration      `yaml:"remove_after" json:",omitempty" doc:"how long a zone is still served that its source has removed; 168h if left out, and 0 without a ledger"`
	OnRemove      OnRemove       `yaml:"on_remove" json:",omitempty" doc:"what becomes of it then: deleted if we made it and it holds nothing but ours, emptied of what is ours, or kept; delete-created if left out"`
	PTR           PTR            `yaml:"ptr" json:",omitempty" doc:"a PTR record for an address that has one: the first stays, it is added, it replaces what is there, or reverse zones are left alone (off); first if left out"`
	ReverseZones  Names          `yaml:"reverse_zones" json:",omitempty" doc:"the zones that PTR records go into, also those of parts of a network (RFC 2317); whichever of the target's zones encloses them if left out"`
	ReverseCreate *ReverseCreate `yaml:"reverse_create" json:",omitempty" doc:"reverse zones that are made where they are missing; none if left out"`
	Verify        Verified       `yaml:"verify" json:",omitempty" doc:"served: look after a write whether the authoritative servers serve it, and say so where not; off if left out"`
	Delegation    Delegation     `yaml:"delegation" json:",omitempty" doc:"where a target holds a zone and one below it: the upper one names the servers that the lower one has there, which is there first and goes last (follow), or those that the source has; follow if left out"`
	Refresh       *Duration      `yaml:"refresh" json:",omitempty" doc:"how long an agreement may be relied on without a look; 24h if left out; for all targets alike"`
}

// usual is the policy above all others.
var usual = Policy{Foreign: "keep", Adopt: "hold", Drift: "repair", Missing: "create", OnRemove: "delete-created", PTR: "first", Delegation: "follow"}

// Limits are zone.Limits.
type Limits struct {
	Share Share `yaml:"share" doc:"of the sets of a zone that may go at once; 0.3 if left out"`
	Free  Count `yaml:"free" doc:"sets that may go from any zone that keeps as many; 8 if left out"`
}

// Fleet is provider.Fleet.
type Fleet struct {
	Share Share `yaml:"share" doc:"of the target's zones; 0.02 if left out, and 1 is all"`
	Free  Count `yaml:"free" doc:"zones that may in any case; 100 if left out"`
}

// A Share is above 0 and at most 1.
type Share float64

// UnmarshalYAML reads a share.
func (s *Share) UnmarshalYAML(n ast.Node) error {
	if err := yaml.NodeToValue(n, (*float64)(s)); err != nil || *s <= 0 || *s > 1 {
		return wrong(n, "want a share above 0, and 1 at most")
	}
	return nil
}

// A Count is at least 1.
type Count int

// UnmarshalYAML reads a count.
func (c *Count) UnmarshalYAML(n ast.Node) error {
	if err := yaml.NodeToValue(n, (*int)(c)); err != nil || *c < 1 {
		return wrong(n, "want a number, 1 at least")
	}
	return nil
}

// ApexNS is who decides the NS set of the apex.
type ApexNS struct {
	By    string      `json:",omitempty"` // provider, source or nobody said
	Names []zone.Name `json:",omitempty"` // for zones that bring none
}

func (a ApexNS) isZero() bool { return a.By == "" && a.Names == nil }

// UnmarshalYAML reads a word or a list of names.
func (a *ApexNS) UnmarshalYAML(n ast.Node) error {
	if s, ok := n.(*ast.StringNode); ok && (s.Value == "provider" || s.Value == "source") {
		a.By = s.Value
		return nil
	}
	list, ok := n.(*ast.SequenceNode)
	if !ok || len(list.Values) == 0 {
		return wrong(n, "want provider, source or a list of names")
	}
	for _, v := range list.Values {
		name, err := zone.ParseName(v.GetToken().Value)
		if err != nil {
			return wrong(v, "%v", err)
		}
		a.Names = append(a.Names, name)
	}
	a.By = "source"
	return nil
}

// over puts a policy above another: what it leaves out is as there.
func (p Policy) over(other Policy) Policy {
	p.Foreign = cmp.Or(p.Foreign, other.Foreign)
	p.Adopt = cmp.Or(p.Adopt, other.Adopt)
	p.Drift = cmp.Or(p.Drift, other.Drift)
	p.Limits = cmp.Or(p.Limits, other.Limits)
	p.Fleet = cmp.Or(p.Fleet, other.Fleet)
	p.Missing = cmp.Or(p.Missing, other.Missing)
	p.Verify = cmp.Or(p.Verify, other.Verify)
	p.RemoveAfter = cmp.Or(p.RemoveAfter, other.RemoveAfter)
	p.OnRemove = cmp.Or(p.OnRemove, other.OnRemove)
	p.Refresh = cmp.Or(p.Refresh, other.Refresh)
	p.PTR = cmp.Or(p.PTR, other.PTR)
	p.Delegation = cmp.Or(p.Delegation, other.Delegation)
	p.ReverseCreate = cmp.Or(p.ReverseCreate, other.ReverseCreate)
	if p.ReverseZones == nil {
		p.ReverseZones = other.ReverseZones
	}
	if p.ApexNS.isZero() {
		p.ApexNS = other.ApexNS
	}
	return p
}

var errRefreshHere = errors.New("refresh is for all targets alike: it stands in the policy of the file")

// fitsOneTarget finds what cannot differ from target to target.
func (p Policy) fitsOneTarget() error {
	if p.Refresh != nil {
		return errRefreshHere
	}
	return nil
}

func (p Policy) rules() (r zone.Rules) {
	if p.Foreign == "purge" {
		r.Foreign = zone.ForeignPurge
	}
	if p.Adopt == "take" {
		r.Adopt = zone.AdoptTake
	}
	if p.Drift == "keep" {
		r.Drift = zone.DriftKeep
	}
	if p.ApexNS.By == "source" {
		r.ApexNS = zone.BySource
	}
	return r
}

func (p Policy) limits() (l zone.Limits) {
	if p.Limits != nil {
		l = zone.Limits{Share: float64(p.Limits.Share), Free: int(p.Limits.Free)}
	}
	return l
}

func (p Policy) fleet() (f provider.Fleet) {
	if p.Fleet != nil {
		f = provider.Fleet{Share: float64(p.Fleet.Share), Free: int(p.Fleet.Free)}
	}
	return f
}

func (p Policy) missing() provider.Missing {
	if p.Missing == "skip" {
		return provider.MissingSkip
	}
	return provider.MissingCreate
}

func (p Policy) removal() provider.Removal {
	switch p.OnRemove {
	case "empty":
		return provider.RemovalEmpty
	case "keep":
		return provider.RemovalKeep
	}
	return provider.RemovalDelete
}

func (p Policy) delegation() provider.Delegation {
	if p.Delegation == "source" {
		return provider.DelegationSource
	}
	return provider.DelegationFollow
}

// delay is how long a removed zone is still served. Only a ledger can wait.
func (p Policy) delay(ledger bool) time.Duration {
	switch {
	case !ledger:
		return 0
	case p.RemoveAfter == nil:
		return 7 * 24 * time.Hour
	}
	return time.Duration(*p.RemoveAfter)
}

// refresh is as an engine has it: below 0 is not at all.
func (p Policy) refresh() time.Duration {
	switch {
	case p.Refresh == nil:
		return 0
	case *p.Refresh == 0:
		return -1
	}
	return time.Duration(*p.Refresh)
}
