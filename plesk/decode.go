package plesk

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"net/netip"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/zonecast/zonecast/zone"
)

// Source is what the intents of this package have as their source.
const Source = "plesk"

// DefaultTTL is the time to live, in seconds, of rows and PTR records for which
// the document states none: Plesk's own default.
const DefaultTTL = 86400

// Decode reads the document that Plesk hands to a custom DNS backend and gives
// an intent for each command, in order, while it reads: memory is bounded by the
// largest command. create and update are a Replace, delete is a Remove,
// createPTRs and deletePTRs are a Patch at the reverse name of the address.
//
// With an intent may come an error: then the intent is usable, its bad rows are
// protected (and findings), and the error joins a *RowError for each. An error
// with an intent that has no Wish is a *CommandError, and the next command goes
// on, or a *SyntaxError, after which nothing more can be read. An intent without
// a Wish and without an error only has findings: a command that is unknown.
func Decode(r io.Reader) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		text, start := skipBOM(r)
		s := &stream{d: jsontext.NewDecoder(&scrubber{b: text},
			jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
		if err := s.document(yield); err != nil && err != errStopped {
			yield(zone.Intent{Source: Source}, &SyntaxError{start + s.d.InputOffset(), err})
		}
	}
}

var (
	errStopped  = errors.New("the consumer has had enough")
	errTopLevel = errors.New("want an array of commands")
	errTrailing = errors.New("something stands behind the end")
)

// document reads an array of commands, or one command alone. An empty document
// is no command.
func (s *stream) document(yield func(zone.Intent, error) bool) error {
	alone := false
	switch s.d.PeekKind() {
	case '[':
		if _, err := s.d.ReadToken(); err != nil {
			return err
		}
	case '{':
		alone = true
	default:
		_, err := s.d.ReadToken()
		if err == io.EOF {
			return nil
		}
		return errors.Join(errTopLevel, err)
	}
	for i := 0; alone && i == 0 || !alone && s.d.PeekKind() != ']'; i++ {
		c, err := s.command()
		if err != nil {
			return err
		}
		in, err := c.intent(i)
		if alone {
			in.Findings = append(in.Findings, zone.Finding{Text: "a single command in place of an array of commands"})
		}
		if !yield(in, err) {
			return errStopped
		}
	}
	return s.end(alone)
}

// end wants nothing behind the last command.
func (s *stream) end(alone bool) error {
	if !alone {
		if _, err := s.d.ReadToken(); err != nil {
			return err
		}
	}
	if _, err := s.d.ReadToken(); err != io.EOF {
		return errTrailing
	}
	return nil
}

// skipBOM drops the byte order mark that some editors put before a saved
// payload, and says at which octet the rest starts.
func skipBOM(r io.Reader) (text *bufio.Reader, start int64) {
	text = bufio.NewReaderSize(r, 64<<10)
	if head, _ := text.Peek(3); string(head) == "\xef\xbb\xbf" {
		text.Discard(3)
		start = 3
	}
	return text, start
}

var (
	errNoZoneName = errors.New("has no zone with a name")
	errRootZone   = errors.New("is the root, which no panel has")
	errNoRows     = errors.New("has no rr: an unreadable zone is not an empty one")
	errAddress    = errors.New("is not an IP address")
	errNoVerb     = errors.New("has no command")
)

// intent says what a command wishes.
func (c command) intent(i int) (zone.Intent, error) {
	in := zone.Intent{Source: Source, Order: uint64(i)}
	fail := func(err error) (zone.Intent, error) {
		return in, &CommandError{i, c.verb, c.zone.name, err}
	}
	if c.err != nil {
		return fail(c.err)
	}
	switch c.verb {
	case "create", "update", "delete":
		name, err := c.zoneName()
		if err != nil {
			return fail(err)
		}
		if in.Zone = name; c.verb == "delete" {
			in.Wish = zone.Remove{}
			return in, nil
		}
		if !c.zone.hasRR {
			return fail(errNoRows)
		}
		return c.replace(in)
	case "createPTRs", "deletePTRs":
		if err := c.patch(&in); err != nil {
			return fail(err)
		}
		return in, nil
	}
	in.Zone, _ = c.zoneName()
	err := CommandError{i, c.verb, c.zone.name, errors.New("is not known and was skipped")}
	if c.verb == "" {
		err.Err = errNoVerb
	}
	in.Findings = []zone.Finding{{Text: err.Error()}}
	return in, nil
}

func (c command) zoneName() (zone.Name, error) {
	if c.zone.name == "" {
		return "", errNoZoneName
	}
	n, err := zone.ParseName(c.zone.name)
	if err == nil && n == zone.Root {
		return "", errRootZone
	}
	return n, err
}

// patch makes one PTR record come or go.
func (c command) patch(in *zone.Intent) error {
	a, err := netip.ParseAddr(c.ptr.address)
	if err != nil || a.Zone() != "" {
		return &zone.DataError{Type: zone.PTR, Data: c.ptr.address, Err: errAddress}
	}
	host, err := zone.Canonical(zone.PTR, c.ptr.hostname)
	if err != nil {
		return err
	}
	in.Zone = zone.Reverse(a)
	records := []zone.Record{{Name: in.Zone, Type: zone.PTR, TTL: DefaultTTL, Data: host}}
	if c.verb == "createPTRs" {
		in.Wish = zone.Patch{Add: records}
	} else {
		in.Wish = zone.Patch{Drop: records}
	}
	return nil
}
