// Package zonecast is the map of a library that keeps DNS zones at third-party
// services equal to what a source of truth says. It holds no code of its own:
//
//   - package zone: what a zone is, how two differ, what a plan is
//   - package plesk: what Plesk says to a custom DNS backend
//   - package provider: a driver's contract, and the Syncer that brings one zone
//     at one target in line
//   - package provider/providertest: the proof of a driver, one call
//   - packages drivers/…: the services
//   - package ledger: what was written last, what is owed, who may write
//   - package engine: many zones at many targets
//   - package config and command cmd/zonecast: all of it without a line of Go
//
// ARCHITECTURE.md says how they fit together and which laws they keep.
package zonecast
