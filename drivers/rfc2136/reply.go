package rfc2136

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/miekg/dns"

	"github.com/zonecast/zonecast/zone"
)

// reply is a message that came.
type reply struct {
	raw       []byte
	question  []rr // without TTL and data
	answer    []rr
	authority []rr
	sig       *signature // nil: it has none
	sigAt     int        // where that begins
}

func (r *reply) id() uint16          { return binary.BigEndian.Uint16(r.raw) }
func (r *reply) bits() uint16        { return binary.BigEndian.Uint16(r.raw[2:]) }
func (r *reply) isReply() bool       { return r.bits()>>15 == 1 }
func (r *reply) opcode() int         { return int(r.bits() >> 11 & 15) }
func (r *reply) authoritative() bool { return r.bits()>>10&1 == 1 }
func (r *reply) truncated() bool     { return r.bits()>>9&1 == 1 }
func (r *reply) rcode() int          { return int(r.bits() & 15) }

var (
	errShort   = errors.New("a message ends in the middle")
	errTrailer = errors.New("a message has octets behind its end")
	errSigLast = errors.New("a message has a signature that is not its last record")
)

// parse reads a message whole.
func parse(raw []byte) (*reply, error) {
	if len(raw) < headerSize {
		return nil, errShort
	}
	r := &reply{raw: raw}
	at := headerSize
	for section, into := range []*[]rr{&r.question, &r.answer, &r.authority, nil} {
		for range binary.BigEndian.Uint16(raw[4+2*section:]) {
			if r.sig != nil {
				return nil, errSigLast
			}
			record, next, err := readRecord(raw, at, section == inQuestion)
			if err != nil {
				return nil, err
			}
			switch {
			case into != nil:
				*into = append(*into, record)
			case record.typ == dns.TypeTSIG:
				r.sigAt = at
				if r.sig, err = readSignature(record); err != nil {
					return nil, err
				}
			}
			at = next
		}
	}
	if at != len(raw) {
		return nil, errTrailer
	}
	return r, nil
}

// readRecord reads the record at a place, of which a question is only the
// beginning.
func readRecord(raw []byte, at int, isQuestion bool) (r rr, next int, err error) {
	if r.name, at, err = readName(raw, at); err != nil {
		return r, 0, err
	}
	if len(raw)-at < 4 {
		return r, 0, errShort
	}
	r.typ, r.class, at = binary.BigEndian.Uint16(raw[at:]), binary.BigEndian.Uint16(raw[at+2:]), at+4
	if isQuestion {
		return r, at, nil
	}
	if len(raw)-at < 6 {
		return r, 0, errShort
	}
	r.ttl = binary.BigEndian.Uint32(raw[at:])
	next = at + 6 + int(binary.BigEndian.Uint16(raw[at+4:]))
	if next > len(raw) {
		return r, 0, errShort
	}
	r.data, err = plainData(raw, at+6, next, r.typ)
	return r, next, err
}

func readName(raw []byte, at int) (zone.Name, int, error) {
	text, next, err := dns.UnpackDomainName(raw, at)
	if err != nil {
		return "", 0, fmt.Errorf("a message has a name that cannot be read: %w", err)
	}
	name, err := zone.ParseName(text)
	return name, next, err
}

// layouts says where in data names may be compressed (RFC 1035, RFC 3597 section
// 4): a digit stands for so many octets, n for a name, s for a character-string.
// What follows is plain.
var layouts = map[uint16]string{
	dns.TypeNS: "n", dns.TypeMD: "n", dns.TypeMF: "n", dns.TypeCNAME: "n", dns.TypeSOA: "nn", dns.TypeMB: "n", dns.TypeMG: "n", dns.TypeMR: "n",
	dns.TypePTR: "n", dns.TypeMINFO: "nn", dns.TypeMX: "2n", dns.TypeRP: "nn", dns.TypeAFSDB: "2n", dns.TypeRT: "2n", dns.TypeSIG: "99n",
	dns.TypePX: "2nn", dns.TypeNXT: "n", dns.TypeSRV: "6n", dns.TypeNAPTR: "4sssn", dns.TypeKX: "2n", dns.TypeDNAME: "n",
}

var errData = errors.New("a message has a record whose data is shorter or longer than what is in it")

// plainData gives the data of a record with the names in it written out.
func plainData(raw []byte, at, end int, typ uint16) (data []byte, err error) {
	layout, ok := layouts[typ]
	if !ok || at == end {
		return raw[at:end:end], nil
	}
	for _, field := range layout {
		if at >= end {
			return nil, errData
		}
		from := at
		switch field {
		case 'n':
			if data, at, err = appendName(data, raw, at); err != nil {
				return nil, err
			}
			continue
		case 's':
			at += 1 + int(raw[at])
		default:
			at += int(field - '0')
		}
		if at > end {
			return nil, errData
		}
		data = append(data, raw[from:at]...)
	}
	if at > end {
		return nil, errData
	}
	return append(data, raw[at:end]...), nil
}

// appendName writes out the name at a place.
func appendName(data, raw []byte, at int) ([]byte, int, error) {
	name, next, err := readName(raw, at)
	if err != nil {
		return nil, 0, err
	}
	wire, err := wireName(name)
	return append(data, wire...), next, err
}

// wireName is a name without compression.
func wireName(n zone.Name) ([]byte, error) {
	wire := make([]byte, len(n)+1)
	end, err := dns.PackDomainName(string(n), wire, 0, nil, false)
	return wire[:end], err
}
