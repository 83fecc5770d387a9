// Package planisys keeps zones at Planisys PDNS, in its cloud or in an installation
// of one's own.
//
//	p, err := planisys.New(planisys.Options{Reseller: "myplan", Key: key, Profile: profile})
//	s := provider.Syncer{Provider: p}
//
// # What is public
//
// The pages of the service that can be read (docs-en.planisys.net/pdns/api.html and
// /pdns/api/postman.html) say how to authenticate, by the short name of a reseller
// or a company and a bare API key, and how to list the active domains. That is built
// in.
//
// # What is not
//
// How records are read and written, and zones created and deleted, is on no page
// that anybody here has seen. The driver does not guess: a Profile says it, as it
// was learnt from the service. Without one, nothing but the list is supported; with
// one that only reads, nothing is ever written. A profile is judged when it is read:
//
//	profile, err := planisys.ParseProfile(text)
//
// and its templates are filled with what is hard to write. The file example.yaml is
// what the fake of the tests supposes, to begin from.
//
// Before a profile is trusted, somebody who knows the service should see what it
// makes of it. WriteContract writes every call as it would be sent, and sends none:
//
//	err := planisys.WriteContract(ctx, os.Stdout, options, "example.com.")
//
// A profile speaks of JSON over GET, POST, PUT and DELETE. It cannot say that bodies
// are forms, that records stand in an object by their type, or that a record is only
// added and removed and never changed. Where a service gives pages unasked, its
// profile should have a total, or nobody sees that records are missing.
//
// # Suspended domains
//
// A suspended domain is not listed, and still there. So a zone is absent only where
// the profile knows an answer that says so, by a value in it, and knows how the
// answer of a suspended one differs.
package planisys
