package zone

import (
	"fmt"
	"strings"
)

// String shows the plan to people, a line for each record that comes (+), goes
// (-) or keeps its data and gets another TTL (~), in the order of the changes.
func (p Plan) String() string {
	var b strings.Builder
	switch {
	case p.Empty():
		return "no changes\n"
	case p.Create:
		fmt.Fprintf(&b, "+ zone %s\n", p.Zone)
	case p.Delete:
		fmt.Fprintf(&b, "- zone %s\n", p.Zone)
	}
	for _, c := range p.Changes {
		c.print(&b)
	}
	return b.String()
}

// String shows the change as Plan.String does.
func (c Change) String() string {
	var b strings.Builder
	c.print(&b)
	return b.String()
}

// print walks over both halves at once; their data is sorted.
func (c Change) print(b *strings.Builder) {
	old, new := c.Old.Data, c.New.Data
	for len(old) > 0 || len(new) > 0 {
		switch {
		case len(new) == 0 || len(old) > 0 && old[0] < new[0]:
			printRecord(b, Delete, c.Old, fmt.Sprint(c.Old.TTL), old[0])
			old = old[1:]
		case len(old) == 0 || new[0] < old[0]:
			printRecord(b, Create, c.New, fmt.Sprint(c.New.TTL), new[0])
			new = new[1:]
		default:
			if c.Old.TTL != c.New.TTL {
				printRecord(b, Update, c.New, fmt.Sprintf("TTL %d -> %d", c.Old.TTL, c.New.TTL), new[0])
			}
			old, new = old[1:], new[1:]
		}
	}
	if c.Op() == Update && c.Old.Equal(c.New) {
		fmt.Fprintf(b, "%c %s stays as it is\n", Update, c.New.Key)
	}
}

func printRecord(b *strings.Builder, op Op, s RRset, ttl, data string) {
	fmt.Fprintf(b, "%c %s %s %s %s\n", op, s.Name, ttl, s.Type, data)
}
