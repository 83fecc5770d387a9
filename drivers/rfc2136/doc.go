// Package rfc2136 keeps zones at name servers that are changed by dynamic updates
// (RFC 2136), as BIND and Knot. A zone is read by AXFR (RFC 5936) and changed by
// UPDATE, over TCP, signed with a key (RFC 8945).
//
//	p := &rfc2136.Provider{
//		Primaries: []string{"ns1.example.net"},
//		Key:       rfc2136.Key{Name: "zonecast", Secret: secret},
//	}
//	s := provider.Syncer{Provider: p}
//	res, err := s.Plan(ctx, zone.Intent{Zone: want.Name(), Wish: zone.Replace{Zone: want}})
//
// The zone has to be there: no update creates one. For BIND its configuration says
//
//	key zonecast { algorithm hmac-sha256; secret "…"; };
//	zone "example.com" {
//		type primary; file "example.com.zone";
//		allow-transfer { key zonecast; };
//		allow-update { key zonecast; };
//	};
//
// and for Knot
//
//	acl:
//	  - id: zonecast
//	    key: zonecast
//	    action: [transfer, update]
//
// # What is promised
//
// A transfer that is refused, cut or changed on the way is an error, never a short
// zone. All of a plan is one message where it fits 64 KiB, so that servers and their
// secondaries see all of it or nothing; the changes of a name are never apart.
//
// An update says what it was made from: the sets that it replaces have to be just as
// they were read, and those that it creates not to be there. Who was quicker keeps
// what they wrote, and the plan gets a provider.ConflictError. TTLs do not count
// there (RFC 2136 section 3.2.5).
//
// What a server refuses stands alone in the end, with the server's word for it, and
// the rest is done. Where no answer comes the changes are unknown: nothing is sent
// again, there or elsewhere.
//
// BIND says yes to updates that it ignores, as a CNAME beside other data or a DS
// without its delegation. So what was written is read again, as the Syncer does with
// every driver.
//
// # Whose the SOA is
//
// The serial is the server's, which raises it with each update. The rest of the SOA
// and the NS set of the apex are the server's, too, unless Authority says that the
// source decides.
//
// What follows from other data in a zone that the server signs (RRSIG, NSEC, NSEC3)
// is left out when it is read; its keys are protected.
package rfc2136
