// Package primaries holds no code. Its tests have package secondary follow zones of
// real servers: BIND, Knot, NSD and PowerDNS, which are started here since they are
// internal to the drivers.
package primaries
