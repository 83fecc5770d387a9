// Package ledger remembers what was last written, what is owed, and who may
// write, in a database:
//
//	db, err := sql.Open("sqlite", ledger.SQLite.Source("state/ledger.db"))
//	l, err := ledger.Open(ctx, db, ledger.SQLite)
//	s := provider.Syncer{Provider: p, Target: "dns", Ledger: l}
//
// # What it holds
//
// For each zone at each target: the base, which tells a foreign record from one
// that the source no longer has; what the source wished last; the zone as it was
// at first contact, for ever; the last plans. And the journal: intents that are
// owed, in the order in which they arrived.
//
// # What it promises
//
// What Accept returned nil for is on the disk, and so is a plan before its first call. What
// came of the plan may be there a little later: after a power cut that is found by reading,
// as when a process dies. No transaction is open while anything else is waited for, so that
// many processes can share a ledger. A lease belongs to one process; who lost it can change
// nothing any more. No secret is stored.
//
// Where the ledger cannot take a document, Spool keeps it until it can.
package ledger
