package secondary

import (
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/internal/message"
	"github.com/zonecast/zonecast/zone"
)

// incoming is a transfer on its way. One of a whole zone begins with the SOA and ends
// where that comes again. One of differences begins with the new SOA; then each step
// has the SOA that it leads from, what goes, the SOA that it leads to, and what
// comes; it ends with the new SOA (RFC 1995 section 4).
type incoming struct {
	name zone.Name
	ixfr bool
	have uint32 // the serial that was asked with

	records int              // that came
	written int64            // octets of those, written out
	first   zone.Record      // the SOA that it began with
	serial  uint32           // of that
	body    []zone.Record    // of a whole zone, with the SOA
	steps   []step           // of differences
	state   state            //
	foreign []message.Record // out of the zone; the first few
	strays  int              // how many those are
	current bool
	done    bool
}

// A step leads from a serial to the next one.
type step struct {
	from, to  uint32
	drop, add []zone.Record
	start     zone.Record // the SOA that it leads to
}

type state uint8

const (
	begins state = iota
	undecided
	whole
	drops
	adds
)

var (
	errNoStart = errors.New("the transfer does not begin with the SOA of the zone")
	errMoved   = errors.New("the transfer has another SOA than it began with")
	errBehind  = errors.New("the transfer goes on behind its end")
	errClass   = errors.New("the transfer has a record of another class")
	errEmpty   = errors.New("the transfer has a message without records")
	errChain   = errors.New("the steps of the transfer do not follow each other")
)

// take adds what a message has.
func (in *incoming) take(answer []message.Record) error {
	if len(answer) == 0 {
		return errEmpty
	}
	alone := in.state == begins && len(answer) == 1
	for _, r := range answer {
		if err := in.add(r); err != nil {
			return err
		}
	}
	if alone && in.ixfr && !zone.SerialBefore(in.have, in.serial) {
		in.current, in.done = true, true
	}
	return nil
}

// add takes one record.
func (in *incoming) add(r message.Record) error {
	switch {
	case in.done:
		return errBehind
	case r.Class != message.ClassIN:
		return fmt.Errorf("%s: %w", r.Name, errClass)
	case r.Type == message.TypeSOA && r.Name == in.name:
		return in.soa(r)
	case in.state == begins:
		return errNoStart
	}
	in.records++
	if in.state == undecided {
		in.state = whole
	}
	if !r.Name.In(in.name) {
		in.stray(r)
		return nil
	}
	record, err := r.Zone()
	if err != nil {
		return err
	}
	switch last := len(in.steps) - 1; in.state {
	case whole:
		in.body = append(in.body, record)
	case drops:
		in.steps[last].drop = append(in.steps[last].drop, record)
	case adds:
		in.steps[last].add = append(in.steps[last].add, record)
	}
	return nil
}

// soa takes an SOA of the zone.
func (in *incoming) soa(r message.Record) error {
	in.records++
	record, err := r.Zone()
	if err != nil {
		return err
	}
	start, err := zone.ParseStart(record.Data)
	if err != nil {
		return err
	}
	switch {
	case in.state == begins:
		in.first, in.serial, in.state = record, start.Serial, undecided
		in.body = append(in.body, record)
	case in.state == undecided && in.ixfr && start.Serial == in.have && record != in.first:
		in.steps, in.state, in.body = append(in.steps, step{from: start.Serial}), drops, nil
	case in.state == undecided || in.state == whole:
		if record != in.first {
			return errMoved
		}
		in.done = true
	case in.state == drops:
		in.steps[len(in.steps)-1].to, in.steps[len(in.steps)-1].start, in.state = start.Serial, record, adds
	default:
		return in.next(record, start.Serial)
	}
	return nil
}

// next ends a step: with the end of the transfer, or with the step that follows.
func (in *incoming) next(record zone.Record, serial uint32) error {
	last := in.steps[len(in.steps)-1]
	switch {
	case last.to == in.serial && record == in.first && last.start == record:
		in.done = true
	case serial == last.to && record == last.start && last.to != in.serial:
		in.steps, in.state = append(in.steps, step{from: serial}), drops
	default:
		return &differenceError{errChain}
	}
	return nil
}

// mostForeign is how many records out of the zone are named.
const mostForeign = 3

func (in *incoming) stray(r message.Record) {
	if in.strays++; len(in.foreign) < mostForeign {
		in.foreign = append(in.foreign, r)
	}
}

// broken says how far a transfer came.
func (in *incoming) broken(err error) error {
	if in.records == 0 {
		return err
	}
	return fmt.Errorf("%w, after %d records", err, in.records)
}
