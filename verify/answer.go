package verify

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// A kind is what a server can say to a question.
type kind uint8

const (
	noName      kind = iota // there is no such name: NXDOMAIN
	noData                  // the name is there, and has nothing of this type: NOERROR
	data                    // the set
	alias                   // a CNAME
	redirection             // a DNAME above the name
	referral                // a delegation above it, or at it
)

// An answer is what a server says to a question, or has to say: the one is compared
// with the other.
type answer struct {
	kind kind
	set  zone.RRset // of kind data; or the CNAME, the DNAME, or the NS set of the cut
	glue zone.RRset // beside a referral: the addresses that were asked for
	from zone.Name  // the zone that an empty answer says it is from; "" where it does not say
}

// String says it in words: what the server has.
func (a answer) String() string {
	switch a.kind {
	case noName:
		return "no such name"
	case noData:
		return "nothing of this type"
	case alias:
		return "the alias " + a.set.Data[0]
	case redirection:
		return fmt.Sprintf("%s redirected to %s", a.set.Name, a.set.Data[0])
	case referral:
		text := fmt.Sprintf("%s delegated to %s", a.set.Name, short(a.set.Data))
		if len(a.glue.Data) > 0 {
			text += " with the address " + short(a.glue.Data)
		}
		return text
	}
	return short(a.set.Data)
}

// short is data in one line that is not too long.
func short(data []string) string {
	const most = 120
	text := strings.Join(data, ", ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// A refusal is an answer that none can be made of.
type refusal struct{ code, text string }

func (e refusal) Error() string { return e.code + ": " + e.text }

// The codes of answers, RFC 1035 section 4.1.1.
const (
	noError  = 0
	formErr  = 1
	servFail = 2
	nxDomain = 3
	notImp   = 4
	refused  = 5
)

var refusals = map[int]refusal{
	formErr:  {"FORMERR", "it cannot read the question"},
	servFail: {"SERVFAIL", "it failed, or its zone is not loaded or has expired"},
	notImp:   {"NOTIMP", "it cannot do this"},
	refused:  {"REFUSED", "it does not have the zone, or keeps it from us"},
}

// refusalOf gives what is wrong with an answer by its code, nil where nothing is.
func refusalOf(code int) error {
	if code == noError || code == nxDomain {
		return nil
	}
	if r, ok := refusals[code]; ok {
		return r
	}
	return refusal{fmt.Sprintf("RCODE%d", code), "it says that something is wrong"}
}

var errNotAuthority = errors.New("it is not authoritative for the zone")

// read makes an answer of a message, for who asks a server of the zone apex.
func read(m *message.Message, apex zone.Name, k zone.Key) (answer, error) {
	if err := refusalOf(m.Code()); err != nil {
		return answer{}, err
	}
	if cut, ok := cutIn(m, apex, k.Name); ok {
		return readReferral(m, cut, k)
	}
	if !m.Authoritative() {
		return answer{}, errNotAuthority
	}
	if owner, ok := redirects(m, k.Name); ok {
		set, err := setOf(m.Answer, zone.Key{Name: owner, Type: zone.DNAME})
		return answer{kind: redirection, set: set}, err
	}
	for _, t := range []zone.Type{k.Type, zone.CNAME} {
		if set, err := setOf(m.Answer, zone.Key{Name: k.Name, Type: t}); err != nil || set.Name != "" {
			return answer{kind: kindOf(t, k), set: set}, err
		}
	}
	a := answer{kind: noData, from: ownerOf(m.Authority, zone.SOA)}
	if m.Code() == nxDomain {
		a.kind = noName
	}
	return a, nil
}

// kindOf is what a set of a type is to who asked for k.
func kindOf(t zone.Type, k zone.Key) kind {
	if t != k.Type {
		return alias
	}
	return data
}

// cutIn finds the delegation below apex that an answer refers to. Some servers call
// themselves authoritative for it.
func cutIn(m *message.Message, apex, name zone.Name) (cut zone.Name, ok bool) {
	cut = ownerOf(m.Authority, zone.NS)
	below := cut != "" && cut != apex && cut.In(apex) && name.In(cut)
	return cut, below && len(m.Answer) == 0 && m.Code() == noError && ownerOf(m.Authority, zone.SOA) == ""
}

func readReferral(m *message.Message, cut zone.Name, k zone.Key) (a answer, err error) {
	a.kind = referral
	if a.set, err = setOf(m.Authority, zone.Key{Name: cut, Type: zone.NS}); err == nil && isAddress(k.Type) {
		a.glue, err = setOf(m.Additional, k)
	}
	return a, err
}

func isAddress(t zone.Type) bool { return t == zone.A || t == zone.AAAA }

// redirects finds the DNAME above a name that an answer begins with.
func redirects(m *message.Message, name zone.Name) (owner zone.Name, ok bool) {
	for _, r := range m.Answer {
		if is(r, zone.DNAME) && r.Name != name && name.In(r.Name) {
			return r.Name, true
		}
	}
	return "", false
}

func is(r message.Record, t zone.Type) bool {
	return r.Class == message.ClassIN && r.Type == t.Number()
}

// ownerOf gives the name of the first record of a type.
func ownerOf(records []message.Record, t zone.Type) zone.Name {
	i := slices.IndexFunc(records, func(r message.Record) bool { return is(r, t) })
	if i < 0 {
		return ""
	}
	return records[i].Name
}

// setOf makes a set of what a section has of it; the zero set where that is nothing.
func setOf(section []message.Record, k zone.Key) (zone.RRset, error) {
	var records []zone.Record
	for _, r := range section {
		if r.Name != k.Name || !is(r, k.Type) {
			continue
		}
		record, err := r.Zone()
		if err != nil {
			return zone.RRset{}, err
		}
		records = append(records, record)
	}
	z, err := zone.New(k.Name, records...)
	if err != nil {
		return zone.RRset{}, err
	}
	set, _ := z.Get(k)
	return set, nil
}
