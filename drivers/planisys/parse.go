package planisys

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// ParseProfile reads a profile, which is YAML or JSON, and says all that is wrong
// with it: what nobody understands with line and column, everything else with its
// place in the profile.
//
// Templates are those of package text/template, with a function json beside the
// usual ones. All of them see .Zone, the name of the zone without its final dot,
// and moreover
//
//   - reading: .Page, .Offset (rows that came so far), .Size and .Next, where there
//     are pages;
//   - of a record: .Name, .Type, .TTL, .Data (a text), .Parts (the fields of it
//     that stand apart), .Row (all of it, as records say), and .ID of a record that
//     is there; to change one, .Old has what it was;
//   - of a set: .Name, .Type, .TTL, .Data (texts), .Rows (an array), with values
//     .Row (the set), and .Old, which is nothing where the set is new;
//   - of a zone that is written or created: .Rows, all of its records.
//
// .Row and .Rows are JSON already. A template of JSON that is not JSON when it is
// filled with what is hard to write is an error.
func ParseProfile(text []byte) (Profile, error) {
	var p Profile
	f, err := parser.ParseBytes(text, 0)
	if err == nil && len(f.Docs) > 1 && f.Docs[1].Body != nil {
		err = errTwoDocuments
	}
	if err == nil {
		err = yaml.UnmarshalWithOptions(text, &p, yaml.Strict())
	}
	if err != nil {
		return Profile{}, at(err)
	}
	if _, err = p.compile(); err != nil {
		return Profile{}, err
	}
	return p, nil
}

var errTwoDocuments = errors.New("there is a second document: want one")

// at says where an error of YAML stands.
func at(err error) error {
	e, ok := errors.AsType[yaml.Error](err)
	if !ok || e.GetToken() == nil {
		return fmt.Errorf("profile: %w", err)
	}
	pos := e.GetToken().Position
	if t, ok := e.(*yaml.TypeError); ok {
		return fmt.Errorf("profile:%d:%d: a %s does not belong here", pos.Line, pos.Column, t.SrcType)
	}
	return fmt.Errorf("profile:%d:%d: %s", pos.Line, pos.Column, e.GetMessage())
}
