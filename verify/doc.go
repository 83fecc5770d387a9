// Package verify asks the authoritative servers of a zone what they really serve.
// That a service has taken a change says nothing of whether the world sees it: its
// servers may be behind, the zone may be delegated to others, or to nobody.
//
//	report, err := verify.Walk{}.Zone(ctx, verify.Want{Zone: want})
//	fmt.Print(report)
//	// ns1.example.net. (192.0.2.1): served, serial 13
//	// ns2.example.net. (192.0.2.2): lame: REFUSED: it does not have the zone, or keeps it from us
//
// A Walk begins at the root servers, or at Roots, and follows delegations down to the
// zone, as a resolver does that knows nothing yet; it trusts no cache. Then it asks each
// address of each server that the zone above names: over UDP, and over TCP where there
// is no room or no answer. With Servers it asks those, and walks nowhere.
//
// # What a server has to say
//
// A set that is wanted has to be there, and one that is not wanted gone; but of a set
// below a delegation the delegation is to be seen, below a DNAME that, and of a name
// that is gone the wildcard beside it. The serial of a SOA record does not count, nor
// where a text is cut into pieces. What is protected is made up by the service, and is
// not asked for.
//
// # What was before
//
// With Was a server that is behind can be told from one that has something else:
//
//	report, err := walk.Await(ctx, verify.Want{Zone: want, Was: was, Keys: changed})
//	fmt.Println(report.Summary())
//	// served by 1 of 2 servers; 192.0.2.2 still has 192.0.2.80 at www.example.com. A
//
// Pending is also who has an older serial than is wanted, or than another server that
// serves what is wanted. Await asks again those that do not serve it yet, until they
// do or time is up.
//
// # What it costs
//
// Each server is asked for the SOA record, the name servers, and each set, some
// questions at a time; a server that does not answer for the zone is not asked for
// more. All is bounded in time, and what the way down may cost in questions.
package verify
