package plesk

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
	err                                                       error
}

type row struct {
	host, kind, opt, value, ttl string
	err                         error
	lost                        bool // the host cannot be trusted
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
	fault, err := s.apart(func() error {
		return s.object(func(name string) (err error) {
			if field := b.field(name); field != nil {
				*field, err = s.scalar("")
				return err
			}
			return s.d.SkipValue()
		})
	})
	b.err = fault
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

// row reads one row. The faults of a row are its own; one in its host leaves
// nobody to blame by name.
func (s *stream) row() (r row, err error) {
	hosts := 0
	r.err, err = s.apart(func() error {
		if s.d.PeekKind() == 'n' {
			s.blame(errWantObject)
		}
		return s.object(func(name string) (err error) {
			switch name {
			case "host":
				hosts++
				var fault error
				fault, err = s.apart(func() (err error) { r.host, err = s.scalar(s.prev.host); return err })
				if fault != nil {
					s.blame(fault)
					r.lost = true
				}
			case "type":
				r.kind, err = s.scalar(s.prev.kind)
			case "opt":
				r.opt, err = s.scalar(s.prev.opt)
			case "value":
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
	r.lost = r.lost || hosts != 1 || r.host == ""
	return r, err
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
