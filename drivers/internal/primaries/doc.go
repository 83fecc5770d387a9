// Package primaries holds no code. Its tests have package secondary follow zones of
// real servers: BIND, Knot, NSD and PowerDNS. They stand apart from the package's own,
// which run in virtual time.
package primaries
