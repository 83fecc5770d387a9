package config

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// PTR is what becomes of the PTR record for an address that has one.
type PTR string

func (PTR) words() []string { return []string{"first", "add", "replace", "off"} }

// UnmarshalYAML reads the word.
func (p *PTR) UnmarshalYAML(n ast.Node) error { return choose(n, p) }

var ptrOf = map[PTR]provider.PTR{"add": provider.PTRAdd, "replace": provider.PTRReplace, "off": provider.PTROff}

// Names are those of zones.
type Names []zone.Name

// UnmarshalYAML reads a list of names.
func (names *Names) UnmarshalYAML(n ast.Node) error {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return wrong(n, "want a list of names")
	}
	for _, v := range list.Values {
		name, err := zone.ParseName(v.GetToken().Value)
		if err != nil {
			return wrong(v, "%v", err)
		}
		*names = append(*names, name)
	}
	return nil
}

func (Names) schema() object {
	return object{"type": "array", "items": object{"type": "string"}}
}

// ReverseCreate says how large the reverse zones are that are made.
type ReverseCreate struct {
	IPv4 Bits4 `yaml:"ipv4" json:",omitempty" doc:"bits of a network of IPv4: 8, 16 or 24; none is made if left out"`
	IPv6 Bits6 `yaml:"ipv6" json:",omitempty" doc:"bits of a network of IPv6, a multiple of 4; none is made if left out"`
}

// Bits4 is the length of a prefix at which zones of in-addr.arpa. are cut.
type Bits4 int

// UnmarshalYAML reads a length.
func (b *Bits4) UnmarshalYAML(n ast.Node) error { return readBits(n, (*int)(b), 8, 24) }

func (Bits4) schema() object { return object{"enum": []int{8, 16, 24}} }

// Bits6 is the length of a prefix at which zones of ip6.arpa. are cut.
type Bits6 int

// UnmarshalYAML reads a length.
func (b *Bits6) UnmarshalYAML(n ast.Node) error { return readBits(n, (*int)(b), 4, 124) }

func (Bits6) schema() object {
	return object{"type": "integer", "minimum": 4, "maximum": 124, "multipleOf": 4}
}

func (p Policy) reverse() provider.Reverse {
	r := provider.Reverse{PTR: ptrOf[p.PTR], Zones: p.ReverseZones}
	if p.ReverseCreate != nil {
		r.Create4, r.Create6 = int(p.ReverseCreate.IPv4), int(p.ReverseCreate.IPv6)
	}
	return r
}

// readBits reads the length of a prefix, a multiple of each.
func readBits(n ast.Node, v *int, each, most int) error {
	if err := yaml.NodeToValue(n, v); err != nil || *v < each || *v > most || *v%each != 0 {
		return wrong(n, "want a multiple of %d up to %d", each, most)
	}
	return nil
}
