// Package message writes and reads DNS messages (RFC 1035 section 4.1) and signs
// them (RFC 8945). Records are octets here: what no library has a form for passes
// as it is.
//
// The code of miekg/dns for signatures takes an unsigned answer for a good one, a
// second question at a connection for a bad one, cannot verify the answer NOTAUTH,
// and refuses transfers of which not every message is signed.
package message

// Size is how many octets a message has at most.
const Size = 65535

// The types and classes that who reads messages has to know.
const (
	TypeSOA   = 6
	TypeOPT   = 41
	TypeDS    = 43
	TypeRRSIG = 46
	TypeTSIG  = 250
	TypeIXFR  = 251
	TypeAXFR  = 252
	ClassIN   = 1
	ClassNone = 254
	ClassAny  = 255
)

// The opcodes of queries, of what a primary says when a zone has changed, and of
// changes that are asked for.
const (
	Query  = 0
	Notify = 4
	Update = 5
)

// The sections of a message, as its header counts them.
const (
	Question = iota
	Answer
	Authority
	Additional
)

// The sections of an update (RFC 2136 section 2).
const (
	Prerequisites = Answer
	Changes       = Authority
)

// HeaderSize is how many octets a message begins with, and RecordSize how many a
// record takes beside its name and its data.
const (
	HeaderSize = 12
	RecordSize = 10
)
