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

// Patch wishes that single records come and go and that the rest stay. From and
// To are the serials that the patch leads from and to, both 0 where the source
// does not count.
type Patch struct {
	Add, Drop []Record
	From, To  uint32
}

func (Replace) wish() {}
func (Remove) wish()  {}
func (Patch) wish()   {}
