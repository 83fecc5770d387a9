package config

import (
	"errors"

	"github.com/zonecast/zonecast/zone"
)

// nameServers are those of zones that bring none.
type nameServers []string

var errNSTwice = errors.New("name servers stand in apex_ns and in the option name_servers: want one of them")

// serve takes those of the policy.
func (n *nameServers) serve(names []zone.Name) error {
	if len(*n) > 0 {
		return errNSTwice
	}
	for _, name := range names {
		*n = append(*n, string(name))
	}
	return nil
}

func (n nameServers) parse() (out []zone.Name, err error) {
	for _, text := range n {
		name, err := zone.ParseName(text)
		if err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, nil
}

// nameOrNone reads a name that may be left out.
func nameOrNone(text string) (zone.Name, error) {
	if text == "" {
		return "", nil
	}
	return zone.ParseName(text)
}
