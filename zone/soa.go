package zone

import (
	"fmt"
	"strconv"
	"strings"
)

// Start is the data of an SOA record, the start of a zone's authority (RFC 1035
// section 3.3.13). Times are in seconds.
type Start struct {
	MName   Name // the primary server
	RName   Name // the mailbox of who is responsible, its @ written as a dot
	Serial  uint32
	Refresh uint32
	Retry   uint32
	Expire  uint32
	Minimum uint32 // TTL of negative answers, RFC 2308
}

// ParseStart reads the data of an SOA record in any spelling.
func ParseStart(data string) (Start, error) {
	c, err := Canonical(SOA, data)
	if err != nil {
		return Start{}, err
	}
	f := strings.Fields(c)
	s := Start{MName: Name(f[0]), RName: Name(f[1])}
	for i, n := range []*uint32{&s.Serial, &s.Refresh, &s.Retry, &s.Expire, &s.Minimum} {
		v, _ := strconv.ParseUint(f[2+i], 10, 32)
		*n = uint32(v)
	}
	return s, nil
}

// String is the canonical data of the SOA record.
func (s Start) String() string {
	out := append(make([]byte, 0, 96), string(s.MName)+" "+string(s.RName)...)
	for _, n := range [...]uint32{s.Serial, s.Refresh, s.Retry, s.Expire, s.Minimum} {
		out = strconv.AppendUint(append(out, ' '), uint64(n), 10)
	}
	return string(out)
}

// soa is two names, the serial, and four times that may have units.
func (d rdata) soa() (string, error) {
	if len(d.fields) != 7 {
		return "", want(7, len(d.fields))
	}
	var room [7]string
	parts := room[:0]
	for _, f := range d.fields[:2] {
		n, err := d.name(f)
		if err != nil {
			return "", err
		}
		parts = append(parts, string(n))
	}
	for _, f := range d.fields[2:] {
		s, err := decimal(f, 32)
		if err != nil && len(parts) > 2 {
			s, err = seconds(f)
		}
		if err != nil {
			return "", err
		}
		parts = append(parts, s)
	}
	return d.join(parts), nil
}

// seconds reads a time with units (1h30m) as decimal seconds.
func seconds(f field) (string, error) {
	n, ok := parseSeconds(f.text)
	if !ok || f.quoted {
		return "", fmt.Errorf("%s %w", quote(f.text), errNumber)
	}
	return strconv.FormatUint(uint64(n), 10), nil
}

// parseSeconds reads seconds, or the units s m h d w that BIND brought into
// master files. It refuses what does not fit 32 bits.
func parseSeconds(s string) (uint32, bool) {
	var total, n uint64
	open := false // digits that no unit has followed yet
	for i := 0; i < len(s); i++ {
		c := s[i]
		if isDigit(c) {
			n, open = n*10+uint64(c-'0'), true
		} else {
			unit := unitSeconds(c)
			if unit == 0 || !open {
				return 0, false
			}
			total, n, open = total+n*unit, 0, false
		}
		if n > 1<<32 || total > 1<<32 {
			return 0, false
		}
	}
	total += n
	return uint32(total), s != "" && total < 1<<32
}

func unitSeconds(c byte) uint64 {
	switch c | 0x20 {
	case 's':
		return 1
	case 'm':
		return 60
	case 'h':
		return 3600
	case 'd':
		return 86400
	case 'w':
		return 604800
	}
	return 0
}
