// Package config reads the configuration file and makes of it an engine that is
// ready to run:
//
//	c, err := config.Load("zonecast.yaml")
//	r, err := c.Open(ctx, logger)
//	defer r.Close()
//	err = r.Engine.Run(ctx, plesk.Decode(os.Stdin))
//
// The file is YAML, and example.yaml shows all of it; schema.json is its JSON
// Schema, for editors. What the file says and nobody understands is an error with
// line and column. Relative paths begin at the file's own folder.
//
// Strings among the options of a target may hold ${env:NAME} and ${file:path}, so
// that secrets stand elsewhere. They are read by Open, and no error, no log and no
// ledger has them.
//
// # Removal
//
// A zone that the source removes is served on for remove_after, a week, and comes
// back with whatever the source says of it in that time. Then it is deleted, if we
// made it, or it is marked as ours, and nobody else has anything in it; else its
// removal awaits approval.
//
// A driver that this package does not know gets a name by Register.
//
// # Who has the last word
//
// In mode hold nothing is written to a target before somebody has approved it by its
// digest: no zone, no record, no mark. A removal waits for its time first.
//
// # Whether it arrived
//
// With verify: served in a policy the authoritative servers of a zone are asked after each
// write whether they serve it, for 10 seconds at most. What they do not is said, and
// looked at again by zonecast run; the write is done all the same.
package config
