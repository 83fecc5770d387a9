// Package servers starts real name servers and databases for tests, of which
// nobody here wrote a line:
//
//	ns := servers.BIND(t, servers.Setup{Zones: []*zone.Zone{servers.Bare("example.com.")}})
//	… change the zone at ns.Addr with ns.Key …
//	got := ns.Transfer(t, "example.com.") // by dig, not by our code
//
// A server runs in a folder of its own, on free ports of the loopback, as a child
// of the test: it is stopped by its process id when the test is over, and does not
// outlive it where the system can see to that. It is ready when it has answered a
// query. When the test fails the end of its log is printed, and the log stays.
//
// A program that is not on this machine skips the test, but fails it where CI is
// set. Only tests import this package.
package servers
