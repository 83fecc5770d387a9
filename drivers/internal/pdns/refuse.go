package pdns

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

var (
	errOwnType = errors.New("PowerDNS has a type of its own with this number")
	errKeys    = errors.New("PowerDNS publishes this from the keys that it signs with")
	errLong    = errors.New("the data is longer than the 64000 characters that a database has room for")
	errMetres  = errors.New("PowerDNS transfers another size or precision above 42949672 m")
)

// Refuses says why a set in the zone apex must not get into PowerDNS; nil where it
// may. PowerDNS takes much that it then cannot serve, and one such record ends
// every transfer of its zone, at PowerDNS or at the secondary.
func Refuses(apex zone.Name, s zone.RRset) error {
	if err := Answered(s.Name); err != nil {
		return err
	}
	if err := zone.ServableSet(apex, s); err != nil {
		return err
	}
	switch {
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
