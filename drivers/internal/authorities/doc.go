// Package authorities holds no code. Its tests have package verify look at zones of
// real servers: BIND, Knot, NSD and PowerDNS, which are started here since they are
// internal to the drivers.
package authorities
