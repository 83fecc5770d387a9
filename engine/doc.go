// Package engine brings many zones at many targets in line with what sources
// wish.
//
//	e := engine.Engine{Ledger: l, Targets: []engine.Target{{Syncer: provider.Syncer{Target: "dns", Provider: p}}}}
//	err := e.Run(ctx, plesk.Decode(os.Stdin))
//
// With a Ledger all intents are durable before the first call, what fails is owed
// and tried again, and any number of processes share the work: each zone has one
// writer at a time. Without one Run does what is wished, at once, in order.
//
// A Target says which zones it gets, how many at a time, and, by its Syncer, under
// which rules.
package engine
