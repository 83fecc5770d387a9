package powerdnssql

import (
	"database/sql"

	"github.com/zonecast/zonecast/zone"
)

// A tree is the names of a zone, or those of them that a plan concerns, as they are
// after it. It tells what PowerDNS has to find beside the records: which rows are
// authoritative, how they are ordered, and where names have nothing but others
// below them. The rules are those of pdnsutil rectify-zone.
type tree struct {
	apex    zone.Name
	signing signing
	whole   bool // nothing lies below a name that is not in the tree
	nodes   map[zone.Name]*node
	order   []*node // as they came
}

// A node is a name.
type node struct {
	name     zone.Name
	rows     []*row // records that are not disabled
	ents     []*row // rows that say it has nothing but others below it
	ours     bool   // its rows may have to change
	ns, ds   bool
	cut      bool // it is at a delegation or below one
	below    bool // it is below one
	deep     bool // there is something below it
	deepAuth bool // and some of that is authoritative
	hashed   bool // it has an NSEC3 of its own
}

func newTree(apex zone.Name, s signing) *tree {
	return &tree{apex: apex, signing: s, nodes: map[zone.Name]*node{}}
}

// at gives the node of a name, a new one where there is none.
func (t *tree) at(n zone.Name) *node {
	nd := t.nodes[n]
	if nd == nil {
		nd = &node{name: n}
		t.nodes[n], t.order = nd, append(t.order, nd)
	}
	return nd
}

// add puts a row into the tree.
func (t *tree) add(n zone.Name, r *row) {
	nd := t.at(n)
	switch r.typ {
	case "":
		nd.ents = append(nd.ents, r)
		return
	case "NS":
		nd.ns = n != t.apex
	case "DS":
		nd.ds = true
	}
	nd.rows = append(nd.rows, r)
}

// delegated finds whether a name is at or below a delegation.
func (t *tree) delegated(nd *node) {
	for p := nd.name.Parent(); p != t.apex && nd.name != t.apex; p = p.Parent() {
		if above := t.nodes[p]; above != nil && above.ns {
			nd.below = true
			break
		}
	}
	nd.cut = nd.ns || nd.below
}

// settle finds what lies below each name. In a tree that is not whole an empty
// non-terminal stays what it is, and may only gain.
func (t *tree) settle() {
	known := t.order // those that come meanwhile have no records
	for _, nd := range known {
		if !t.whole && len(nd.rows) == 0 && len(nd.ents) > 0 {
			nd.deep, nd.deepAuth = true, nd.ents[0].auth.Bool
		}
	}
	for _, nd := range known {
		if len(nd.rows) == 0 {
			continue
		}
		t.delegated(nd)
		t.raise(nd)
		if t.signing.nsec3 && !nd.below {
			t.hash(nd)
		}
	}
}

// raise tells the names above one that it is there.
func (t *tree) raise(nd *node) {
	auth := !nd.cut
	for p := nd.name; p != t.apex; {
		if p = p.Parent(); p == t.apex {
			return
		}
		above := t.at(p)
		if above.deep && (above.deepAuth || !auth) {
			return // and so are those above it
		}
		above.deep, above.deepAuth = true, above.deepAuth || auth
		above.ours = above.ours || nd.ours
	}
}

// hash gives a name and those above it NSEC3s; a delegation that opts out needs
// none.
func (t *tree) hash(nd *node) {
	if t.signing.optOut && nd.ns && onlyNS(nd.rows) {
		return
	}
	for p := nd.name; ; p = p.Parent() {
		above := t.at(p)
		if above.hashed {
			return
		}
		above.hashed = true
		if p == t.apex {
			return
		}
	}
}

func onlyNS(rows []*row) bool {
	for _, r := range rows {
		if r.typ != "NS" {
			return false
		}
	}
	return true
}

// place is what stands in the columns auth and ordername.
type place struct {
	auth  bool
	order sql.NullString
}

// place gives the columns of a record.
func (t *tree) place(nd *node, typ string) place {
	p := place{auth: !nd.cut || typ == "DS", order: t.orderOf(nd)}
	isGlue := nd.cut && (typ == "A" || typ == "AAAA")
	if isGlue || t.signing.optOut && nd.ns && !nd.ds && typ == "NS" {
		p.order = sql.NullString{}
	}
	return p
}

// placeENT gives the columns of an empty non-terminal.
func (t *tree) placeENT(nd *node) place {
	p := place{auth: nd.deepAuth}
	if t.signing.nsec3 && nd.hashed {
		p.order = t.orderOf(nd)
		p.auth = p.auth || !t.signing.optOut
	}
	return p
}

// orderOf gives what a name is ordered by.
func (t *tree) orderOf(nd *node) (out sql.NullString) {
	switch s := t.signing; {
	case s.nsec3 && nd.hashed && !s.narrow:
		out = sql.NullString{String: s.hash(nd.name), Valid: true}
	case s.signed && !s.nsec3:
		out = sql.NullString{String: reversed(nd.name, t.apex), Valid: true}
	}
	return out
}
