// Package pdns is what the drivers for PowerDNS share: how PowerDNS spells names
// and data, what it cannot serve, and its HTTP API. What stands here was measured
// at the Authoritative Server 4.7.3; the tests of the drivers ask it again.
package pdns

// OwnerKind is the metadata of a zone that says whose it is. Kinds that begin with
// X- are left to users.
const OwnerKind = "X-ZONECAST-OWNER"
