package zone

// An Intent is one wish of a source for one zone.
type Intent struct {
	Zone     Name      // for a Patch any name of the zone, which the target knows
	Source   string    // who wishes: "plesk", or the name of a secondary
	Order    uint64    // position in the source's document or stream, from 0
	Wish     Wish      // Replace, Remove or Patch
	Findings []Finding // what the source noticed on the way; one that is Refused and has no Key forbids to write the zone
}

// A Wish is one of Replace, Remove and Patch.
type Wish interface{ wish() }

// Replace wishes that the zone be just like this one.
type Replace struct{ Zone *Zone }

// Remove wishes that the zone be gone.
type Remove struct{}

// Patch wishes that single records come and go and that the rest stay. It is a
// difference where From and To are the serials that it leads from and to in what its
// source says (RFC 1995): the SOA is in it then, and it means nothing to who was not
// told the zone with the serial From. Otherwise both are 0.
type Patch struct {
	Add, Drop []Record
	From, To  uint32
}

// IsDifference reports whether the patch leads from one serial to another.
func (p Patch) IsDifference() bool { return p.From != p.To }

func (Replace) wish() {}
func (Remove) wish()  {}
func (Patch) wish()   {}
