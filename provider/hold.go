package provider

import (
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// holds reports whether all there is to do awaits approval. What the service puts
// into a zone as it is created is no reason to ask again.
func (j *job) holds() bool { return j.Hold && !j.made }

// awaits reports whether a decision writes nothing since all of it awaits approval.
// Nothing is remembered then either: it will be when something is written. As long
// as live may show the past, it is no plan to ask anybody about.
func (j *job) awaits(d decision) bool {
	waits := j.Hold && d.now.Empty() && !d.held.Empty()
	j.result.Restless = waits && j.unsure
	return waits
}

// pass lets a plan through, or holds it where everything is held and nobody has
// approved it.
func (j *job) pass(p zone.Plan) (now, held zone.Plan) {
	nothing := zone.Plan{Zone: j.name}
	if j.Hold && !p.Empty() && !slices.Contains(j.Approved, p.Digest()) {
		return nothing, p
	}
	return p, nothing
}
