// Package plesk reads what Plesk says to a custom DNS backend.
//
// Plesk runs the backend with a JSON document on its standard input, each time
// that somebody changes a zone. The document is an array of commands, and each
// command has a whole zone or one reverse record:
//
//	[{"command": "update",
//	  "zone": {"name": "example.com.",
//	    "soa": {"email": "hostmaster@example.com", "ttl": 86400, …},
//	    "rr": [{"host": "example.com.", "type": "MX", "opt": "10", "value": "mail.example.com."}, …]}},
//	 {"command": "createPTRs", "ptr": {"ip_address": "203.0.113.10", "hostname": "example.com"}}]
//
// # Reading
//
// Decode gives a wish for each command while it reads:
//
//	for in, err := range plesk.Decode(os.Stdin) {
//		if in.Wish == nil {
//			… // nothing to do, or the command could not be read
//		}
//		result, err := syncer.Sync(ctx, in)
//	}
//
// A command that cannot be read does not stop the next one. A row that cannot be
// read costs its own set: that set is protected at the target, neither written
// nor deleted, and everything else goes on.
//
// # What Plesk leaves unsaid
//
// The rows carry record data in two parts, opt and value; a text is raw, without
// quotes, of any length; numbers come as strings or as numbers, and what is not
// there may be null. There is no primary server in the SOA. An update is the
// whole zone, not a difference, and may be the first that is heard of a zone.
// Neither a rename nor a suspended domain is a command.
//
// # Writing
//
// Encode is the inverse, for tests and for replaying what was recorded.
package plesk
