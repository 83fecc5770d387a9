// Package provider is the contract of a driver, and the Syncer that brings one
// zone at one target in line with a source.
//
// # Syncing
//
// A Syncer with a driver is all it takes:
//
//	s := provider.Syncer{Provider: driver}
//	result, err := s.Sync(ctx, intent)
//
// It reads the zone, decides what may be done, does it, and reads back what was
// written. The result says what was done, what awaits approval and why, and what
// else a person should know. Nothing that is not ours is deleted or overwritten
// unless Rules say so; with a Ledger it is known what is ours.
//
// # Writing a driver
//
// A driver is two methods: Zone reads a zone whole or gives an error, and Apply
// does the changes of a plan. Whatever else a service can do is an optional
// interface beside them. In order:
//
//  1. Read every page before zone.New; a service that does not have the zone is
//     ErrNoZone, and nothing else is.
//  2. Give what the model cannot hold back as zone.Protected, with a reason.
//  3. Write whole sets, in the order of the plan; let Plan.Groups tell what must
//     share a batch. Where something fails, say in an *ApplyError what was done.
//  4. Sort the service's answers into ServiceError kinds, in its own words.
//  5. Describe the service's limits as Traits, so that plans converge.
//
// Package providertest proves the driver by one call. The tutorial, with a
// complete driver in under 60 lines, is examples/newdriver.
//
// # libdns
//
// FromLibdns makes a driver of a libdns package:
//
//	p := provider.FromLibdns(&cloudflare.Provider{APIToken: token}, provider.LibdnsTraits{})
//
// The libdns contract leaves much open and not every package keeps it, so the
// adapter trusts little and reads back what it wrote.
//
// ToLibdns goes the other way: any driver serves Caddy, certmagic and whatever
// else speaks libdns.
//
//	made, err := provider.ToLibdns(driver).AppendRecords(ctx, "example.com.", challenge)
package provider
