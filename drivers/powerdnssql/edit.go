package powerdnssql

import (
	"cmp"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// An edit is what is to be done to the table records.
type edit struct {
	remove []int64
	insert []row
	ttl    map[uint32][]int64 // TTLs that rows get
	place  map[place][]int64  // columns that rows get
	start  []row              // SOA rows that get another content and TTL
}

// edit finds the rows that the changes remove, insert and keep, and marks them so in
// the region. The SOA gets a higher serial, whether it is among the changes or not.
func (r *region) edit(d dialect, changes []zone.Change) edit {
	e := edit{ttl: map[uint32][]int64{}, place: map[place][]int64{}}
	sets := r.sets()
	wish := uint32(0)
	next := int64(-1) // rows that are not there yet have numbers below 0
	for _, c := range changes {
		k := c.Key()
		old := sets[k]
		if k.Type == zone.SOA && c.New.Name != "" && len(old) > 0 {
			start, _ := zone.ParseStart(c.New.Data[0])
			wish = start.Serial
			r.restart(&e, old, c.New)
			continue
		}
		fresh := e.set(d, old, c.New)
		if k.Type == zone.NS && k.Name != r.apex && (len(old) == 0) != (c.New.Name == "") {
			r.cuts = true
		}
		for _, n := range fresh {
			r.rows[next] = &placed{n, k.Name, true}
			next--
		}
	}
	r.count(&e, sets, wish)
	return e
}

// sets gives the records of the region by what set they belong to.
func (r *region) sets() map[zone.Key][]*placed {
	sets := map[zone.Key][]*placed{}
	for _, p := range r.rows {
		if t, err := zone.ParseType(p.typ); p.typ != "" && !p.disabled && err == nil {
			k := zone.Key{Name: p.at, Type: t}
			sets[k] = append(sets[k], p)
		}
	}
	return sets
}

// set finds what becomes of the rows of one set, and what has to come.
func (e *edit) set(d dialect, old []*placed, new zone.RRset) (fresh []row) {
	missing := map[string]bool{}
	for _, data := range new.Data {
		missing[data] = true
	}
	for _, p := range old {
		data, err := zone.Canonical(zone.Type(p.typ), d.record(p.row).Content)
		if err != nil || !missing[data] {
			p.active = false
			e.remove = append(e.remove, p.id)
			continue
		}
		delete(missing, data)
		if p.ttl != int64(new.TTL) {
			e.ttl[new.TTL] = append(e.ttl[new.TTL], p.id)
		}
	}
	for _, data := range new.Data {
		if missing[data] {
			fresh = append(fresh, toRow(new.Key, new.TTL, data))
		}
	}
	return fresh
}

// restart puts another SOA into the row that is there, and removes any further one.
func (r *region) restart(e *edit, old []*placed, new zone.RRset) {
	slices.SortFunc(old, func(a, b *placed) int { return int(a.id - b.id) })
	for _, p := range old[1:] {
		p.active = false
		e.remove = append(e.remove, p.id)
	}
	next := toRow(new.Key, new.TTL, new.Data[0])
	next.id = old[0].id
	e.start = append(e.start, next)
}

// count raises the serial above the one that is there (RFC 1982).
func (r *region) count(e *edit, sets map[zone.Key][]*placed, wish uint32) {
	old := sets[zone.Key{Name: r.apex, Type: zone.SOA}]
	if len(old) == 0 {
		return // one may come, and has the serial that it comes with
	}
	live, err := zone.ParseStart(old[0].content)
	if err != nil {
		return // it is protected
	}
	if len(e.start) == 0 {
		if !old[0].active {
			return
		}
		e.start = []row{old[0].row}
	}
	start, err := zone.ParseStart(e.start[0].content)
	if err != nil {
		return
	}
	start.Serial = zone.NextSerial(live.Serial, wish)
	e.start[0].content = pdns.Stored(zone.SOA, start.String())
}

// toRow gives canonical data as PowerDNS keeps it.
func toRow(k zone.Key, ttl uint32, data string) row {
	r := row{name: pdns.Name(k.Name), typ: string(k.Type), ttl: int64(ttl), content: pdns.Stored(k.Type, data)}
	if k.Type == zone.MX || k.Type == zone.SRV {
		first, rest, _ := strings.Cut(r.content, " ")
		r.prio, _ = strconv.ParseInt(first, 10, 32)
		r.content = rest
	}
	return r
}

// edit adds what follows from the records: columns that have to be others, and rows
// of empty non-terminals.
func (t *tree) edit(e *edit) {
	for _, nd := range t.order {
		if nd.ours {
			e.node(t, nd)
		}
	}
}

// node arranges the rows of one name.
func (e *edit) node(t *tree, nd *node) {
	isENT := len(nd.rows) == 0 && nd.deep && nd.name != t.apex
	for _, r := range nd.rows {
		e.put(r, t.place(nd, r.typ))
	}
	for i, r := range nd.ents {
		if isENT && i == 0 {
			e.put(r, t.placeENT(nd))
		} else {
			e.remove = append(e.remove, r.id)
		}
	}
	if isENT && len(nd.ents) == 0 {
		e.put(&row{name: pdns.Name(nd.name)}, t.placeENT(nd))
	}
}

// put gives a row its columns.
func (e *edit) put(r *row, p place) {
	switch {
	case r.id <= 0:
		r.auth, r.order = sql.NullBool{Bool: p.auth, Valid: true}, p.order
		e.insert = append(e.insert, *r)
	case !r.auth.Valid || r.auth.Bool != p.auth || r.order != p.order:
		e.place[p] = append(e.place[p], r.id)
	}
}

// sort makes an edit the same for the same change.
func (e *edit) sort() {
	slices.Sort(e.remove)
	for _, ids := range e.ttl {
		slices.Sort(ids)
	}
	for _, ids := range e.place {
		slices.Sort(ids)
	}
	slices.SortFunc(e.insert, func(a, b row) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.typ, b.typ), strings.Compare(a.content, b.content))
	})
}
