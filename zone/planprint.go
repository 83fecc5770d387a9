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

// print shows what goes, what comes, and what only gets another TTL.
func (c Change) print(b *strings.Builder) {
	for _, data := range minus(c.Old.Data, c.New.Data) {
		printRecord(b, Delete, c.Old, fmt.Sprint(c.Old.TTL), data)
	}
	for _, data := range minus(c.New.Data, c.Old.Data) {
		printRecord(b, Create, c.New, fmt.Sprint(c.New.TTL), data)
	}
	if c.Old.TTL == c.New.TTL {
		return
	}
	for _, data := range both(c.Old.Data, c.New.Data) {
		printRecord(b, Update, c.New, fmt.Sprintf("TTL %d -> %d", c.Old.TTL, c.New.TTL), data)
	}
}

func printRecord(b *strings.Builder, op Op, s RRset, ttl, data string) {
	fmt.Fprintf(b, "%c %s %s %s %s\n", op, s.Name, ttl, s.Type, data)
}
