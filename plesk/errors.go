package plesk

import (
	"errors"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// A CommandError says why a whole command was refused. Index is its place in
// the document, from 0.
type CommandError struct {
	Index   int
	Command string
	Zone    string // as the document has it
	Err     error
}

func (e *CommandError) Error() string {
	text := fmt.Sprintf("command %d", e.Index)
	if e.Command != "" {
		text += " (" + word(e.Command) + ")"
	}
	if e.Zone != "" {
		text += fmt.Sprintf(": zone %.80q", e.Zone)
	}
	return text + ": " + e.Err.Error()
}

func (e *CommandError) Unwrap() error { return e.Err }

// A RowError says why one row of a zone was refused: its set is protected at the
// target, the rest of the zone goes on. Index and Row count from 0.
type RowError struct {
	Index             int
	Zone              zone.Name
	Row               int
	Host, Type, Value string // as the document has them
	Err               error
}

func (e *RowError) Error() string {
	return fmt.Sprintf("command %d: zone %s: row %d: %s %s: %s", e.Index, e.Zone, e.Row, word(e.Host), word(e.Type), e.reason())
}

// reason is the error without the place.
func (e *RowError) reason() string { return fmt.Sprintf("%.120q %v", e.Value, e.Err) }

func (e *RowError) Unwrap() error { return e.Err }

// A SyntaxError says where the document ends to be readable, in octets from its
// start. The commands before that place are done.
type SyntaxError struct {
	Offset int64
	Err    error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("the document cannot be read from octet %d on: %v", e.Offset, e.Err)
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// bare takes the reason out of an error of package zone, whose noun and value
// the row has already.
func bare(err error) error {
	if de, ok := errors.AsType[*zone.DataError](err); ok {
		return de.Err
	}
	if re, ok := errors.AsType[*zone.RecordError](err); ok {
		return re.Err
	}
	return err
}

// word shows a word of the document as it stands, but in quotes where it could be
// taken for something else: what is printed may be a log that others read.
func word(s string) string {
	const most = 80
	for i := 0; i < len(s) && i < most; i++ {
		if s[i] <= ' ' || s[i] > '~' || s[i] == '"' {
			return fmt.Sprintf("%.80q", s)
		}
	}
	return s[:min(len(s), most)]
}
