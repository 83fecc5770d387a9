package pdns

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

var (
	errOwnType  = errors.New("PowerDNS has a type of its own with this number")
	errKeys     = errors.New("PowerDNS publishes this from the keys that it signs with")
	errWildcard = errors.New("a wildcard cannot be delegated")
	errApexDS   = errors.New("a DS belongs to the parent zone")
	errLargeSet = errors.New("the set does not fit a message")
	errLong     = errors.New("the data is longer than the 64000 characters that a database has room for")
	errMetres   = errors.New("PowerDNS transfers another size or precision above 42949672 m")
)

// Refuses says why a set in the zone apex must not get into PowerDNS; nil where it
// may. PowerDNS takes much that it then cannot serve, and one such record ends
// every transfer of its zone, at PowerDNS or at the secondary.
func Refuses(apex zone.Name, s zone.RRset) error {
	if err := Answered(s.Name); err != nil {
		return err
	}
	switch {
	case s.Type == zone.NS && strings.HasPrefix(string(s.Name), "*."):
		return errWildcard
	case s.Type == zone.DS && s.Name == apex:
		return errApexDS
	case s.Type == typeALIAS, s.Type == typeLUA:
		return errOwnType
	case s.Type == "DNSKEY", s.Type == "CDS", s.Type == "CDNSKEY":
		return errKeys
	}
	for _, data := range s.Data {
		if err := refusesData(s.Type, data); err != nil {
			return fmt.Errorf("%.200q %w", data, err)
		}
	}
	if tooLarge(s) {
		return errLargeSet
	}
	return nil
}

const longest = 64000 // characters of a column in MySQL; the others have more

func refusesData(t zone.Type, data string) error {
	switch {
	case len(data) > longest:
		return errLong
	case t == "LOC" && farther(data):
		return errMetres
	}
	return zone.Servable(t, data)
}

// farther holds for a LOC with more metres than PowerDNS can count in centimetres.
func farther(data string) bool {
	words := strings.Fields(data)
	for _, w := range words[max(0, len(words)-3):] {
		if m, err := strconv.ParseFloat(strings.TrimSuffix(w, "m"), 64); err == nil && m > 42949672 {
			return true
		}
	}
	return false
}

// largest is how many octets of a message a set may take: one of 65535 has a
// header, a question and what signs it, too.
const largest = 65000

// tooLarge holds for a set that fits no message. Each record has a compressed name,
// type, class, TTL and length beside its data, of which no text is shorter than
// what it stands for.
func tooLarge(s zone.RRset) bool {
	const head = 12
	text, octets := 0, 0
	for _, data := range s.Data {
		text += len(data) + 2*head
	}
	if text <= largest {
		return false
	}
	for _, data := range s.Data {
		_, raw, err := zone.Pack(s.Type, data)
		if err != nil {
			return true
		}
		octets += head + len(raw)
	}
	return octets > largest
}
