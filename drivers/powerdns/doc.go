// Package powerdns keeps zones at a PowerDNS Authoritative Server by its HTTP API.
//
//	p := &powerdns.Provider{URL: "http://127.0.0.1:8081", Key: powerdns.Key("…")}
//	s := provider.Syncer{Provider: p, Rules: zone.Mirror()}
//
// PowerDNS has neither an SOA nor name servers of its own, so both come from the
// source; NameServers are for zones that bring none. New zones are of the kind
// Master, raise their serial with every change (SOA-EDIT-API DEFAULT) and are
// rectified by the server. In a zone whose SOA-EDIT-API says nothing the driver
// raises the serial itself.
//
// # One request
//
// A plan is one PATCH, which PowerDNS does in one transaction: all of it or
// nothing. A plan above the size that its web server takes becomes several. When it
// refuses one, the plan is cut at names until what it refuses stands alone, and the
// rest is done. PowerDNS cannot be told what a set was when it was read, so of two
// who write to one set at the same time the last one wins.
//
// # What stays
//
// A set with a record that somebody has disabled is protected, as are those that an
// ALIAS or a LUA record stands in for. Comments stay with their sets. Secondary,
// catalog and presigned zones are nobody's to write: reading one is an error that
// says so.
//
// What PowerDNS takes and then cannot serve or transfer is blocked, set by set.
//
// The API is described at https://doc.powerdns.com/authoritative/http-api/.
package powerdns
