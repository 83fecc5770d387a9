// Package secondary is a source: a hidden secondary that follows zones at the servers
// that hand them out, as the BIND below a panel or a CRM does, and hands on what has
// changed.
//
//	s := secondary.Secondary{
//		Name:      "crm",
//		Primaries: []secondary.Primary{{Address: "192.0.2.53", Key: key}},
//		List:      secondary.File("zones.list"),
//	}
//	err := s.Run(ctx, func(ctx context.Context, ins []zone.Intent) error { … })
//
// Once looks at everything once, as fits a cron job.
//
// # Which zones there are
//
// A List says so: File, Directory, Rsync, NamedConf, Catalog (RFC 9432), Statistics
// (of BIND, which tells serials as well), Static, or a type of your own with one
// method. A list that is empty, cut or unreadable changes nothing. A zone that is not
// in it any more becomes a Remove when the list was without it for ten minutes, in
// every read of them; of more than Removals.Most at a time none does.
//
// # What has changed
//
// Serials are asked for over UDP each minute, and when a primary says that a zone has
// changed (Notify, RFC 1996). Transfers are AXFR (RFC 5936) or IXFR (RFC 1995), signed
// with TSIG (RFC 8945) and over TLS (RFC 9103) where a Primary says so. A transfer is
// a whole zone or an error. It goes on as a Replace, and with Differences what came as a
// difference as a Patch with its serials, which an engine with a ledger takes.
//
// What a zone holds stays in the Store: to follow one takes less than 1 KiB of memory.
//
// The Handler has the intents when it returns nil; only then does the Store keep the
// zone, so that what was not taken is offered again. Untold names what is to be handed on
// once more at the beginning, as to a target that is new.
//
// # What is not believed
//
// A serial that went backwards makes a zone suspect: it stays as it is until all of it
// compares equal or somebody says so with Store.Force. That a zone has expired is an alarm, and that
// a catalog resets one has it transferred anew: neither takes anything from a target.
// A signed zone is handed on as it is, and a provider.Syncer writes it where the target
// serves zones with the signatures that they bring, whole or not at all. With Hold it is
// Refused; with Strip, too, until the parent of the zone has had no DS for two days: then
// the zone goes on without its signatures.
//
// Zones, Status and StatusHandler tell how all of this goes, and why.
package secondary
