package rfc2136

import (
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/provider"
)

// untrusted sorts what is wrong with a signature. The server that says BADSIG or
// BADKEY has done nothing; of an answer that cannot be trusted nobody knows what it
// is the answer to.
func untrusted(err error) error {
	e, ok := errors.AsType[*SignatureError](err)
	if !ok {
		return err
	}
	switch se := &(provider.ServiceError{Kind: provider.KindAuth, Code: e.Code, Err: errors.New("key " + e.Key + ": " + e.Text)}); e.Code {
	case "":
		se.Err = e
		return &lostError{se}
	case "BADTIME":
		se.Kind = provider.KindTransient // a clock is put right without a word to us
		return se
	default:
		return se
	}
}

// words are what the codes of answers mean to people.
var words = map[int]string{
	dns.RcodeFormatError:    "the server cannot read this",
	dns.RcodeServerFailure:  "the server failed",
	dns.RcodeNotImplemented: "the server cannot do this",
	dns.RcodeRefused:        "the server refuses this, or to do it for this key",
	dns.RcodeYXDomain:       "the name is there already",
	dns.RcodeYXRrset:        "the set is there already",
	dns.RcodeNXRrset:        "the set is not there as it was read",
	dns.RcodeNotAuth:        "the server is not authoritative for the zone",
	dns.RcodeNotZone:        "the name is not in the zone",
}

// refusal is what the server said, sorted. Who is not authoritative for a zone does
// not have it.
func refusal(rcode int) error {
	code := dns.RcodeToString[rcode]
	if code == "" {
		code = fmt.Sprintf("RCODE%d", rcode)
	}
	text := words[rcode]
	if text == "" {
		text = "the server answered with an error"
	}
	se := &provider.ServiceError{Kind: kindOf(rcode), Code: code, Err: errors.New(text)}
	if rcode == dns.RcodeNotAuth {
		return fmt.Errorf("%w: %w", provider.ErrNoZone, se)
	}
	return se
}

func kindOf(rcode int) provider.Kind {
	switch rcode {
	case dns.RcodeServerFailure:
		return provider.KindTransient
	case dns.RcodeNotAuth:
		return provider.KindNotFound
	}
	return provider.KindRefused
}

// isRace reports whether a prerequisite did not hold.
func isRace(rcode int) bool {
	return rcode == dns.RcodeYXDomain || rcode == dns.RcodeYXRrset || rcode == dns.RcodeNXRrset || rcode == dns.RcodeNameError
}
