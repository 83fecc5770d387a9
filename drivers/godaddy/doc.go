// Package godaddy keeps zones at GoDaddy.
//
//	p := &godaddy.Provider{Credential: godaddy.Token("…")}
//	s := provider.Syncer{Provider: p}
//
// The credential decides the version of the API. A personal access token speaks
// version 3, which writes single records; a key with its secret (Key) speaks the
// older version 1, which writes whole sets and which GoDaddy is about to close.
//
// # What GoDaddy does not do
//
// Zones come and go with their domains, so the driver creates and deletes none. SOA
// and NS are GoDaddy's, below the apex too: delegations are protected. TTLs lie
// between 600 and 86400 seconds (604800 in version 1). What a version cannot hold
// is protected with a reason, as CAA and HTTPS in version 1.
//
// # No batches
//
// A plan is carried out set by set, and its *provider.ApplyError says of each change
// what became of it. Version 1 takes a set at once, in one call, and cannot tell
// that somebody else wrote meanwhile: the last one wins. SRV sets of one domain are
// one set for it, so they are read before one of them is written.
//
// Version 3 reads what it is going to change, tells a conflict, creates what is new
// and then deletes what is old, so that no set is empty in between. There are two
// limits to that. A CNAME can only point elsewhere after a moment in which it is
// not there. And the TTL of a record cannot change while it stands, so that of a
// single record stays as it is until its data changes, which is said in a finding.
//
// # Sources
//
// Version 1: the Swagger document of GoDaddy and what users of the API report.
// Version 3: https://developer.godaddy.com/openapi/domains-v3.json. There is a PUT
// for one record that answers 200 and replaces the whole zone
// (https://github.com/godaddy/cli/issues/136): it is never used.
package godaddy
