package plesk

import (
	"cmp"
	"strings"
)

// The parts of a document that a zone is made of. All other members are passed
// over: later versions of Plesk add some, as they added ttl to the rows.

type command struct {
	verb string
	zone zoneBody
	ptr  ptrBody
	err  error // what makes the whole command unfit
}

type zoneBody struct {
	name  string
	soa   *soaBody // nil: not there
	rows  []row    // until the next command is read
	hasRR bool
}

type soaBody struct {
	email, kind, ttl, refresh, retry, expire, minimum, serial string
	err, ttlErr                                               error // the TTL matters to all rows
}

type row struct {
	host, kind, opt, value, ttl string
	err                         error
	hostLost, kindLost          bool // cannot be trusted
	valued                      bool // has a value, be it an empty one
}

type ptrBody struct{ address, hostname string }

// command reads one command.
func (s *stream) command() (c command, err error) {
	c.err, err = s.apart(func() error {
		if s.d.PeekKind() == 'n' {
			s.blame(errWantObject)
		}
		return s.object(func(name string) (err error) {
			switch name {
			case "command":
				c.verb, err = s.scalar("")
			case "zone":
				err = s.zone(&c.zone)
			case "ptr":
				err = s.ptr(&c.ptr)
			default:
				err = s.d.SkipValue()
			}
			return err
		})
	})
	return c, err
}

func (s *stream) zone(z *zoneBody) error {
	return s.object(func(name string) (err error) {
		switch name {
		case "name":
			z.name, err = s.scalar("")
		case "soa":
			err = s.soa(z)
		case "rr":
			err = s.rr(z)
		default:
			err = s.d.SkipValue()
		}
		return err
	})
}

func (s *stream) soa(z *zoneBody) error {
	if s.d.PeekKind() == 'n' {
		return s.d.SkipValue()
	}
	var b soaBody
	var ttl seen
	fault, err := s.apart(func() error {
		if s.d.PeekKind() != '{' {
			b.ttlErr = errWantObject
		}
		return s.object(func(name string) (err error) {
			field := b.field(name)
			switch {
			case field == nil:
				return s.d.SkipValue()
			case field == &b.ttl:
				return s.member(&ttl, field, "")
			}
			*field, err = s.scalar("")
			return err
		})
	})
	b.err, b.ttlErr = fault, cmp.Or(b.ttlErr, ttl.fault)
	z.soa = &b
	return err
}

func (b *soaBody) field(name string) *string {
	switch name {
	case "email":
		return &b.email
	case "type":
		return &b.kind
	case "ttl":
		return &b.ttl
	case "refresh":
		return &b.refresh
	case "retry":
		return &b.retry
	case "expire":
		return &b.expire
	case "minimum":
		return &b.minimum
	case "serial":
		return &b.serial
	}
	return nil
}

func (s *stream) rr(z *zoneBody) error {
	z.hasRR = s.d.PeekKind() != 'n'
	s.rows = s.rows[:0]
	err := s.array(func() error {
		r, err := s.row()
		s.rows = append(s.rows, r)
		return err
	})
	z.rows = s.rows
	return err
}

// seen is what became of a member that others depend on.
type seen struct {
	times int
	fault error
}

// member reads such a member. Its fault is that of its object too.
func (s *stream) member(m *seen, to *string, before string) (err error) {
	fault, err := s.apart(func() (err error) { *to, err = s.scalar(before); return err })
	if m.times++; m.times > 1 && fault == nil {
		fault = errTwice
	}
	if fault != nil {
		s.blame(fault)
		m.fault = fault
	}
	return err
}

// row reads one row. The faults of a row are its own; one in its host or type
// leaves nobody to blame by name.
func (s *stream) row() (r row, err error) {
	var host, kind seen
	r.err, err = s.apart(func() error {
		if s.d.PeekKind() == 'n' {
			s.blame(errWantObject)
		}
		return s.object(func(name string) (err error) {
			switch name {
			case "host":
				err = s.member(&host, &r.host, s.prev.host)
			case "type":
				err = s.member(&kind, &r.kind, s.prev.kind)
			case "opt":
				r.opt, err = s.scalar(s.prev.opt)
			case "value":
				r.valued = s.d.PeekKind() != 'n'
				r.value, err = s.scalar(s.prev.value)
			case "ttl":
				r.ttl, err = s.scalar(s.prev.ttl)
			default:
				err = s.d.SkipValue()
			}
			return err
		})
	})
	s.prev = r
	r.hostLost = host.times != 1 || host.fault != nil || r.host == ""
	r.kindLost = kind.times != 1 || kind.fault != nil || !isMnemonic(strings.TrimSpace(r.kind))
	return r, err
}

// isMnemonic holds for what may be the name of a type, known or not.
func isMnemonic(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
		default:
			return false
		}
	}
	return s != ""
}

func (s *stream) ptr(p *ptrBody) error {
	return s.object(func(name string) (err error) {
		switch name {
		case "ip_address":
			p.address, err = s.scalar("")
		case "hostname":
			p.hostname, err = s.scalar("")
		default:
			err = s.d.SkipValue()
		}
		return err
	})
}
