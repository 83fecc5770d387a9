// Package dyn keeps zones at Dyn Managed DNS, which is also called DynECT.
//
// Oracle announced the end of this service for 2023-05-31 and sends its customers to
// OCI DNS. This driver is for those who still have an account. It is proven against
// the published documentation and recordings of the service, not against a live one.
//
//	p := &dyn.Provider{Credential: dyn.Password("customer", "user", "…")}
//	defer p.Close()
//	s := provider.Syncer{Provider: p}
//
// # All or nothing
//
// What is written to Dyn is staged in a session and does nothing until it is
// published. The driver stages all changes of a plan, looks whether just they are in
// the change set, and publishes once. Before the publish nothing is done, after it
// everything; when its answer is lost, nobody knows. What the service refuses is
// found before the publish and left out, with all other changes of its name.
// Whatever goes wrong, what was staged is discarded, so that nobody publishes half a
// plan later.
//
// Dyn cannot tell whether a set is still what a plan was made from. The driver reads
// the zone once more right before it stages, which leaves a moment.
//
// # Sessions
//
// Dyn works on one request of a session at a time, and forgets what is staged in one
// when it ends. So who works on a zone has a session for itself, a few of them work
// at once, and no two on the same zone. All share the limit of the account: 300
// calls a minute, 5 a second. An error of the service about a session ends it, and
// the work begins again in a new one.
//
// # What Dyn does not do
//
// SOA and the NS records at the apex are the service's. A record has a TTL of at
// least 1, since 0 stands for the default of the zone, and a name at most 13
// addresses of IPv4. Aliases, steering policies, and whatever belongs to another
// service of Dyn are protected. There is no place for a mark that says whose a zone
// is.
//
// # Sources
//
// The pages of https://help.dyn.com named beside the code, and recordings in the
// tests of github.com/Netflix/denominator and github.com/Shopify/record_store.
package dyn
