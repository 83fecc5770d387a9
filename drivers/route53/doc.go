// Package route53 keeps zones at Amazon Route 53.
//
//	driver, err := route53.New(ctx, route53.Config{
//		AccessKeyID: key, SecretAccessKey: secret, // or none: those that every AWS program finds
//		Owner: "panel",
//	})
//	s := provider.Syncer{Provider: driver, Owner: "panel"}
//	result, err := s.Sync(ctx, intent)
//
// A plan is one ChangeResourceRecordSets, where it fits into one, in which a set is
// replaced by the DELETE of what was read and the CREATE of what shall be: AWS refuses
// it when somebody else wrote in between. It costs as much as an UPSERT, which
// overwrites. A batch that is refused is taken apart until the culprit stands alone.
//
// Sets with an alias target or a routing policy are protected. Names and values are
// read whatever their spelling, and deleted in the spelling that they have.
//
// Calls are made at the pace that AWS publishes, which all providers of one credential
// in a process share, and are tried again by what the service says, not by the SDK.
//
// What saves calls from one process to the next are provider.Notes: the ids of zones,
// and whose they are.
//
// As a libdns package it is
//
//	provider.ToLibdns(driver).GetRecords(ctx, "example.com.")
package route53
