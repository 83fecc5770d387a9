package powerdnssql

import (
	"crypto/sha1"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// signing is how PowerDNS signs a zone. The zero value is a zone that is not signed.
type signing struct {
	signed     bool
	nsec3      bool
	narrow     bool // NSEC3 that is made up for each question
	optOut     bool
	iterations int
	salt       []byte
}

var errParam = errors.New("is not four fields")

// readSigning reads the metadata of a signed zone: NSEC3PARAM as in "1 0 0 -", ""
// for NSEC.
func readSigning(param string, narrow bool) (signing, error) {
	s := signing{signed: true}
	if param == "" {
		return s, nil
	}
	f := strings.Fields(param)
	if len(f) != 4 {
		return s, errParam
	}
	flags, err := strconv.ParseUint(f[1], 10, 8)
	if err != nil {
		return s, err
	}
	n, err := strconv.ParseUint(f[2], 10, 16)
	if err != nil {
		return s, err
	}
	if f[3] != "-" {
		if s.salt, err = hex.DecodeString(f[3]); err != nil {
			return s, err
		}
	}
	s.nsec3, s.narrow, s.optOut, s.iterations = true, narrow, flags != 0, int(n)
	return s, nil
}

// hash is the hashed name of RFC 5155 section 5, as PowerDNS orders by it.
func (s signing) hash(n zone.Name) string {
	_, wire, err := zone.Pack(zone.CNAME, string(n))
	if err != nil {
		return ""
	}
	sum := sha1.Sum(append(wire, s.salt...))
	for range s.iterations {
		sum = sha1.Sum(append(sum[:], s.salt...))
	}
	return strings.ToLower(base32.HexEncoding.EncodeToString(sum[:]))
}

// reversed is a name below the apex as PowerDNS orders by it for NSEC: its labels
// from the right, with blanks between them.
func reversed(n, apex zone.Name) string {
	var labels []string
	for ; n != apex; n = n.Parent() {
		label := string(n)
		if p := n.Parent(); p != zone.Root {
			label = label[:len(label)-len(p)]
		}
		labels = append(labels, pdns.Name(zone.Name(label)))
	}
	for i, j := 0, len(labels)-1; i < j; i, j = i+1, j-1 {
		labels[i], labels[j] = labels[j], labels[i]
	}
	return strings.Join(labels, " ")
}
