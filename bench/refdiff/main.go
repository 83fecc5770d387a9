// Command refdiff is a small reference for the diff of two zones in memory: it
// approximates the limit that a library's diff can be compared with. It makes
// its zones itself, so nothing is parsed.
//
//	refdiff -n 100000 -runs 7
//
// It prints, per algorithm: median CPU and wall ns per record (n is the size of
// one side), heap bytes and allocations per record, and the size of the plan.
package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"hash/maphash"
	"slices"
	"sort"

	"github.com/zonecast/zonecast/bench/internal/meas"
	"github.com/zonecast/zonecast/bench/internal/zgen"
)

type rec = zgen.Rec

type verb uint8

const (
	create verb = iota
	update
	updateTTL
	remove
)

// change is one RRset's (or one record's) step of the plan.
type change struct {
	verb     verb
	old, new []rec
}

type setKey struct{ owner, typ string }

// hashRRset: the plain way. Maps keyed by (owner, type) on both sides, slices of
// records, then a compare of each pair of RRsets.
func hashRRset(live, want []rec) []change {
	group := func(r []rec) map[setKey][]rec {
		m := make(map[setKey][]rec, len(r))
		for _, x := range r {
			k := setKey{x.Owner, x.Type}
			m[k] = append(m[k], x)
		}
		return m
	}
	l, w := group(live), group(want)
	var out []change
	for k, n := range w {
		o, ok := l[k]
		switch {
		case !ok:
			out = append(out, change{create, nil, n})
		default:
			if v, same := compareSet(o, n); !same {
				out = append(out, change{v, o, n})
			}
		}
	}
	for k, o := range l {
		if _, ok := w[k]; !ok {
			out = append(out, change{remove, o, nil})
		}
	}
	sortPlan(out)
	return out
}

func compareSet(o, n []rec) (verb, bool) {
	same := len(o) == len(n)
	if same {
		if len(o) > 1 {
			byData := func(a, b rec) int { return cmp.Compare(a.Data, b.Data) }
			if !slices.IsSortedFunc(o, byData) {
				slices.SortFunc(o, byData)
			}
			if !slices.IsSortedFunc(n, byData) {
				slices.SortFunc(n, byData)
			}
		}
		for i := range o {
			if o[i].Data != n[i].Data {
				same = false
				break
			}
		}
	}
	if !same {
		return update, false
	}
	return updateTTL, o[0].TTL == n[0].TTL
}

func sortPlan(c []change) {
	first := func(c *change) *rec {
		if c.new != nil {
			return &c.new[0]
		}
		return &c.old[0]
	}
	sort.Slice(c, func(i, j int) bool {
		a, b := first(&c[i]), first(&c[j])
		if (c[i].verb == remove) != (c[j].verb == remove) {
			return c[i].verb == remove
		}
		if a.Owner != b.Owner {
			return a.Owner < b.Owner
		}
		return a.Type < b.Type
	})
}

// hashFlat: one map from RRset key to a slot index, the slots in one slice with
// linked lists over the two inputs: no slice per RRset, no second map.
func hashFlat(live, want []rec) []change {
	type slot struct{ l, w, nl, nw int32 }
	idx := make(map[setKey]int32, len(live))
	slots := make([]slot, 0, len(live))
	nextL := make([]int32, len(live))
	nextW := make([]int32, len(want))
	for i := range live {
		k := setKey{live[i].Owner, live[i].Type}
		s, ok := idx[k]
		if !ok {
			s = int32(len(slots))
			idx[k] = s
			slots = append(slots, slot{l: -1, w: -1})
		}
		nextL[i] = slots[s].l
		slots[s].l = int32(i)
		slots[s].nl++
	}
	for i := range want {
		k := setKey{want[i].Owner, want[i].Type}
		s, ok := idx[k]
		if !ok {
			s = int32(len(slots))
			idx[k] = s
			slots = append(slots, slot{l: -1, w: -1})
		}
		nextW[i] = slots[s].w
		slots[s].w = int32(i)
		slots[s].nw++
	}
	return finish(live, want, nextL, nextW, len(slots), func(i int) (int32, int32, int32, int32) {
		s := &slots[i]
		return s.l, s.w, s.nl, s.nw
	})
}

func finish(live, want []rec, nextL, nextW []int32, n int, at func(int) (l, w, nl, nw int32)) []change {
	var out []change
	var ob, nb []rec
	for i := range n {
		l, w, nl, nw := at(i)
		if nl == 1 && nw == 1 {
			a, b := &live[l], &want[w]
			if a.Data == b.Data && a.TTL == b.TTL {
				continue
			}
			v := update
			if a.Data == b.Data {
				v = updateTTL
			}
			out = append(out, change{v, live[l : l+1 : l+1], want[w : w+1 : w+1]})
			continue
		}
		ob, nb = ob[:0], nb[:0]
		for j := l; j >= 0; j = nextL[j] {
			ob = append(ob, live[j])
		}
		for j := w; j >= 0; j = nextW[j] {
			nb = append(nb, want[j])
		}
		switch {
		case nl == 0:
			out = append(out, change{create, nil, slices.Clone(nb)})
		case nw == 0:
			out = append(out, change{remove, slices.Clone(ob), nil})
		default:
			if v, same := compareSet(ob, nb); !same {
				out = append(out, change{v, slices.Clone(ob), slices.Clone(nb)})
			}
		}
	}
	sortPlan(out)
	return out
}

// hash64: open addressing over a 64-bit hash of (owner, type), names compared
// on a hit: about what a tuned engine can do.
func hash64(live, want []rec) []change {
	seed := maphash.MakeSeed()
	size := 16
	for size < 2*max(len(live), len(want)) {
		size *= 2
	}
	mask := uint64(size - 1)
	type slot struct {
		h            uint64
		l, w, nl, nw int32
		next         int32
		_            int32
	}
	slots := make([]slot, 0, max(len(live), len(want)))
	tab := make([]int32, size) // 0 empty, else slot+1
	nextL := make([]int32, len(live))
	nextW := make([]int32, len(want))
	find := func(x *rec) *slot {
		h := maphash.String(seed, x.Owner) + uint64(x.Type[0])<<1 + uint64(x.Type[len(x.Type)-1])<<9
		h ^= h >> 29
		h *= 0xbf58476d1ce4e5b9
		h ^= h >> 32
		for p := h & mask; ; p = (p + 1) & mask {
			s := tab[p]
			if s == 0 {
				slots = append(slots, slot{h: h, l: -1, w: -1})
				tab[p] = int32(len(slots))
				return &slots[len(slots)-1]
			}
			e := &slots[s-1]
			if e.h != h {
				continue
			}
			var y *rec
			if e.l >= 0 {
				y = &live[e.l]
			} else {
				y = &want[e.w]
			}
			if y.Owner == x.Owner && y.Type == x.Type {
				return e
			}
		}
	}
	for i := range live {
		s := find(&live[i])
		nextL[i] = s.l
		s.l = int32(i)
		s.nl++
	}
	for i := range want {
		s := find(&want[i])
		nextW[i] = s.w
		s.w = int32(i)
		s.nw++
	}
	return finish(live, want, nextL, nextW, len(slots), func(i int) (int32, int32, int32, int32) {
		s := &slots[i]
		return s.l, s.w, s.nl, s.nw
	})
}

func cmpRec(a, b *rec) int {
	if c := cmp.Compare(a.Owner, b.Owner); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Type, b.Type); c != 0 {
		return c
	}
	return cmp.Compare(a.Data, b.Data)
}

// merge: both sides sorted (already: merge; else an index sort first), one walk.
func merge(live, want []rec, sorted bool) []change {
	li, wi := order(live, sorted), order(want, sorted)
	var out []change
	i, j := 0, 0
	end := func(r []rec, ix []int32, i int) int {
		e := i + 1
		for e < len(ix) && r[ix[e]].Type == r[ix[i]].Type && r[ix[e]].Owner == r[ix[i]].Owner {
			e++
		}
		return e
	}
	take := func(r []rec, ix []int32) []rec {
		o := make([]rec, len(ix))
		for i, k := range ix {
			o[i] = r[k]
		}
		return o
	}
	for i < len(li) || j < len(wi) {
		c := 0
		switch {
		case i == len(li):
			c = 1
		case j == len(wi):
			c = -1
		default:
			a, b := &live[li[i]], &want[wi[j]]
			if c = cmp.Compare(a.Owner, b.Owner); c == 0 {
				c = cmp.Compare(a.Type, b.Type)
			}
		}
		switch {
		case c < 0:
			e := end(live, li, i)
			out = append(out, change{remove, take(live, li[i:e]), nil})
			i = e
		case c > 0:
			e := end(want, wi, j)
			out = append(out, change{create, nil, take(want, wi[j:e])})
			j = e
		default:
			e, f := end(live, li, i), end(want, wi, j)
			same := e-i == f-j
			for k := 0; same && k < e-i; k++ {
				same = live[li[i+k]].Data == want[wi[j+k]].Data
			}
			if !same {
				out = append(out, change{update, take(live, li[i:e]), take(want, wi[j:f])})
			} else if live[li[i]].TTL != want[wi[j]].TTL {
				out = append(out, change{updateTTL, take(live, li[i:e]), take(want, wi[j:f])})
			}
			i, j = e, f
		}
	}
	sortPlan(out)
	return out
}

func order(r []rec, sorted bool) []int32 {
	ix := make([]int32, len(r))
	for i := range ix {
		ix[i] = int32(i)
	}
	if !sorted {
		slices.SortFunc(ix, func(a, b int32) int { return cmpRec(&r[a], &r[b]) })
	}
	return ix
}

// hashRecord: a multiset of whole records, adds and deletes only.
func hashRecord(live, want []rec) []change {
	m := make(map[rec]int32, len(live))
	for _, x := range live {
		m[x]++
	}
	var out []change
	for i, x := range want {
		if m[x] > 0 {
			m[x]--
		} else {
			out = append(out, change{create, nil, want[i : i+1 : i+1]})
		}
	}
	for x, n := range m {
		for range n {
			out = append(out, change{remove, []rec{x}, nil})
		}
	}
	sortPlan(out)
	return out
}

// digest: what a skip of an unchanged zone costs. An order-free sum of a hash
// per record (64-bit), and SHA-256 over records in a known order.
func digest(r []rec) uint64 {
	seed := maphash.MakeSeed()
	var h maphash.Hash
	h.SetSeed(seed)
	var sum uint64
	for i := range r {
		h.Reset()
		h.WriteString(r[i].Owner)
		h.WriteByte(0)
		h.WriteString(r[i].Type)
		h.WriteByte(0)
		h.WriteString(r[i].Data)
		var b [4]byte
		binary.LittleEndian.PutUint32(b[:], r[i].TTL)
		h.Write(b[:])
		sum += h.Sum64()
	}
	return sum
}

func digestSHA(r []rec) [32]byte {
	h := sha256.New()
	var buf []byte
	for i := range r {
		buf = append(buf[:0], r[i].Owner...)
		buf = append(buf, 0)
		buf = append(buf, r[i].Type...)
		buf = append(buf, 0)
		buf = append(buf, r[i].Data...)
		buf = binary.LittleEndian.AppendUint32(buf, r[i].TTL)
		h.Write(buf)
	}
	var o [32]byte
	h.Sum(o[:0])
	return o
}

func measure(name string, n, runs int, f func() int) {
	meas.Runs = runs
	meas.Do(name, n, 0, f)
}

func main() {
	n := flag.Int("n", 100000, "records")
	runs := flag.Int("runs", 7, "runs")
	many := flag.Int("many", 0, "diff this many panel zones of 15 records instead")
	flag.Parse()
	if *many > 0 {
		var l, w [][]rec
		t := 0
		for i := range *many {
			_, r := zgen.Panel(i)
			l = append(l, slices.Clone(r))
			if i%100 == 7 {
				r[3].Data = "198.51.100.77"
			}
			w = append(w, r)
			t += len(r)
		}
		for _, a := range []struct {
			n string
			f func(l, w []rec) []change
		}{{"hash-rrset (2 maps)", hashRRset}, {"hash-flat (1 map)", hashFlat}, {"hash64 (open addr.)", hash64}, {"sort-merge", func(l, w []rec) []change { return merge(l, w, false) }}} {
			measure("many: "+a.n, t, *runs, func() int {
				s := 0
				for i := range l {
					s += len(a.f(l[i], w[i]))
				}
				return s
			})
		}
		measure("many: digest64 one side", t, *runs, func() int {
			var s uint64
			for i := range l {
				s ^= digest(l[i])
			}
			return int(s & 1)
		})
		measure("many: sha256 one side", t, *runs, func() int {
			s := 0
			for i := range l {
				x := digestSHA(l[i])
				s ^= int(x[0])
			}
			return s
		})
		return
	}
	const origin = "big.example."
	a := zgen.Zone(origin, *n, 1)
	b := zgen.Change(a, origin, 1, 2)
	// the two sides must not share string memory
	for i := range b {
		b[i].Owner = string(append([]byte(nil), b[i].Owner...))
		b[i].Data = string(append([]byte(nil), b[i].Data...))
	}
	bs := zgen.Shuffle(b, 3)
	for i := range bs {
		bs[i].Owner = string(append([]byte(nil), bs[i].Owner...))
		bs[i].Data = string(append([]byte(nil), bs[i].Data...))
	}
	N := *n
	for _, s := range []struct {
		n string
		w []rec
	}{{"sorted", b}, {"shuffled", bs}} {
		measure("hash-rrset "+s.n, N, *runs, func() int { return len(hashRRset(a, s.w)) })
		measure("hash-flat "+s.n, N, *runs, func() int { return len(hashFlat(a, s.w)) })
		measure("hash64 "+s.n, N, *runs, func() int { return len(hash64(a, s.w)) })
		measure("hash-record "+s.n, N, *runs, func() int { return len(hashRecord(a, s.w)) })
		measure("sort-merge "+s.n, N, *runs, func() int { return len(merge(a, s.w, false)) })
	}
	measure("merge, both presorted", N, *runs, func() int { return len(merge(a, b, true)) })
	measure("digest64 one side", N, *runs, func() int { return int(digest(a) & 1) })
	measure("sha256 one side", N, *runs, func() int { x := digestSHA(a); return int(x[0]) })
}
