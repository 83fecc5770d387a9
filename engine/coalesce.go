package engine

import (
	"github.com/zonecast/zonecast/zone"
)

// coalesce makes as few intents of a queue as mean the same. The ledger has seen
// to it that nothing stands before a Replace or a Remove; Patches that follow each
// other become one.
func coalesce(queue zone.Name, ins []zone.Intent) (out []zone.Intent) {
	for i := 0; i < len(ins); {
		run := i
		for run < len(ins) && isPatch(ins[run]) {
			run++
		}
		if run-i < 2 {
			out = append(out, ins[i])
			i++
			continue
		}
		out = append(out, merged(queue, ins[i:run]))
		i = run
	}
	return out
}

func isPatch(in zone.Intent) bool {
	_, ok := in.Wish.(zone.Patch)
	return ok
}

// merged makes one patch of several: of what was added and dropped more than once
// the last word counts.
func merged(queue zone.Name, ins []zone.Intent) zone.Intent {
	last := ins[len(ins)-1]
	in := zone.Intent{Zone: queue, Source: last.Source, Order: last.Order}
	added := map[zone.Record]bool{}
	var order []zone.Record
	note := func(records []zone.Record, add bool) {
		for _, r := range records {
			if _, ok := added[r]; !ok {
				order = append(order, r)
			}
			added[r] = add
		}
	}
	for _, one := range ins {
		p := one.Wish.(zone.Patch)
		note(p.Drop, false)
		note(p.Add, true)
		in.Findings = append(in.Findings, one.Findings...)
	}
	var p zone.Patch
	for _, r := range order {
		if added[r] {
			p.Add = append(p.Add, r)
		} else {
			p.Drop = append(p.Drop, r)
		}
	}
	in.Wish = p
	return in
}
