// Package zonefile keeps zones as master files (RFC 1035 section 5) in a folder,
// one file a zone, that BIND, Knot, NSD and PowerDNS load unchanged.
//
//	dir := &zonefile.Dir{Path: "/var/lib/zones", After: []string{"rndc", "reload", "{zone}"}}
//	s := provider.Syncer{Provider: dir, Rules: zone.Mirror()}
//
// Whoever writes a zone's file is its authority, so SOA and apex NS come from the
// source. The serial of the SOA is raised (RFC 1982) whenever the file changes,
// and only then: a zone in agreement keeps its file, octet for octet. A file is
// replaced whole, by a rename, after it is safely on the disk. What no server
// would load is never written.
//
// The first line of a file says whose it is. A file without that line belongs to
// somebody else: it is read, but never changed or removed. To hand it over, put
// the line there:
//
//	; zonecast owner zonecast
package zonefile
