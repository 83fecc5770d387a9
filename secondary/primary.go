package secondary

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A Primary is a server that hands out zones.
type Primary struct {
	// Address is host or host:port.
	Address string
	// Key signs what is said to the primary, and has to sign what it says. The zero
	// Key is for primaries that go by addresses.
	Key Key
	// TLS has everything said over TLS alone (RFC 9103), by default at port 853. It
	// takes version 1.3, and no other server than the one whose name it is given.
	TLS *tls.Config
}

// A Key is a secret that is shared with a primary (RFC 8945).
type Key struct {
	Name      string // as the primary knows it
	Algorithm string // as in hmac-sha256, which "" stands for
	Secret    string // in base64
}

// key makes it ready for use.
func (k Key) key() (message.Key, error) {
	if k == (Key{}) {
		return message.Key{}, nil
	}
	return message.NewKey(k.Name, k.Algorithm, k.Secret)
}

const (
	port    = "53"
	portTLS = "853"
)

// at completes the address of a primary with its port.
func (p Primary) at() string {
	if p.TLS != nil {
		return message.Address(p.Address, portTLS)
	}
	return message.Address(p.Address, port)
}

// A PrimaryError says which primary did not give a zone, and why.
type PrimaryError struct {
	Address string
	Zone    zone.Name
	Code    string // the RCODE of the answer, as REFUSED, or of the signature, as BADKEY; "" where there was none
	Err     error
}

// Error names the primary and the zone.
func (e *PrimaryError) Error() string {
	return fmt.Sprintf("zone %s: %s: %v", e.Zone, e.Address, e.Err)
}

// Unwrap gives what went wrong there.
func (e *PrimaryError) Unwrap() error { return e.Err }

// failed makes a PrimaryError of what went wrong.
func (p Primary) failed(name zone.Name, err error) error {
	e := &PrimaryError{Address: p.at(), Zone: name, Err: err}
	if r, ok := errors.AsType[*refusal](err); ok {
		e.Code = r.code
	}
	if s, ok := errors.AsType[*message.SignatureError](err); ok && s.Code != "" {
		e.Code = s.Code
	}
	return e
}

// A refusal is an answer that is an error.
type refusal struct{ code, text string }

func (e *refusal) Error() string { return e.code + ": " + e.text }

// refusals are what the codes of answers mean to people.
var refusals = map[int]refusal{
	1: {"FORMERR", "the primary cannot read the question"},
	2: {"SERVFAIL", "the primary failed, or its zone is not loaded"},
	3: {"NXDOMAIN", "the primary has no such name"},
	4: {"NOTIMP", "the primary cannot do this"},
	5: {"REFUSED", "the primary refuses this to us, or does not have the zone"},
	9: {"NOTAUTH", "the primary is not authoritative for the zone, or does not take the key"},
}

func refused(code int) error {
	r := refusalOf(code)
	return &r
}

func refusalOf(code int) refusal {
	if r, ok := refusals[code]; ok {
		return r
	}
	return refusal{fmt.Sprintf("RCODE%d", code), "the primary answered with an error"}
}
