// Package zone says what a DNS zone is, how two of them differ, and what a plan
// is. It knows no provider and makes no call.
//
// # Zones
//
// A Zone is a value. New is the one door into it, and puts every record into one
// spelling: behind the door == is equality.
//
//	z, err := zone.New("Example.COM",
//		zone.Record{Name: "WWW.example.com", Type: "AAAA", TTL: 300, Data: "2001:DB8:0::1"})
//	fmt.Print(z) // www.example.com.	300	IN	AAAA	2001:db8::1
//
// Parse reads master files, in tests as in life:
//
//	live, err := zone.Parse("example.com.", `
//		@   3600 MX 10 mail
//		www 300  A  192.0.2.1
//	`)
//
// # Differences
//
// Diff gives the plan that leads from one zone to another. It keeps a law:
// live.Apply(Diff(live, want)) is want. The unit is the RRset; the order is such
// that no step leaves a name in a conflict.
//
//	plan := zone.Diff(live, want)
//	fmt.Print(plan)
//	// + shop.example.com. 300 CNAME www.example.com.
//	// ~ www.example.com. TTL 300 -> 600 A 192.0.2.1
//	// - example.com. 3600 MX 10 mail.example.com.
//
// A plan is data: it has JSON that round-trips, a Digest, and an inverse.
//
// # What is ours
//
// Two zones alone cannot tell a record that the source has dropped from one that
// somebody else put there. Reconcile asks a third, the Base: what was written
// last. It keeps what is foreign, and finds what it had to leave.
//
//	goal, findings := zone.Reconcile(base, live, want, zone.Rules{})
//	plan := zone.Diff(live, goal)
//
// # How much at once
//
// Limits hold deletions that no ordinary work explains. What is held is a plan
// of its own.
//
//	now, held, why := zone.Limits{}.Split(live, plan)
package zone
