package zone

import "iter"

// groups cuts the positions from 0 to n into runs that must share a batch: those
// of one name, and where a DNAME changes those of all names below it.
func groups(n int, key func(int) Key) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		covers := dnames(n, key)
		for from := 0; from < n; {
			head := headOf(key(from).Name, covers)
			to := from + 1
			for to < n && headOf(key(to).Name, covers) == head {
				to++
			}
			if !yield(from, to) {
				return
			}
			from = to
		}
	}
}

// dnames has the names at which a DNAME changes; nil where there is none.
func dnames(n int, key func(int) Key) (covers map[Name]bool) {
	for i := range n {
		if k := key(i); k.Type == DNAME {
			if covers == nil {
				covers = map[Name]bool{}
			}
			covers[k.Name] = true
		}
	}
	return covers
}

// headOf is the highest of covers that n stands at or below, else n itself.
func headOf(n Name, covers map[Name]bool) Name {
	if covers == nil {
		return n
	}
	head := n
	for p := n; ; p = p.Parent() {
		if covers[p] {
			head = p
		}
		if p == Root {
			return head
		}
	}
}
