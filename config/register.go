package config

import (
	"errors"
	"reflect"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Register adds a driver of your own to those that a configuration can name. O is
// the struct of its options, with a tag yaml for the key of each field; they come
// to open with their secrets filled in. Register before a configuration is read.
func Register[O any](name string, t provider.Traits, open func(O) (provider.Provider, error)) {
	drivers[name] = driver{described{nil, t}, func() options { return &registered[O]{with: open} }}
}

// described is a driver that is known by its traits alone.
type described struct {
	provider.Provider
	traits provider.Traits
}

func (d described) Traits() provider.Traits { return d.traits }

// registered are the options of a driver that came by Register.
type registered[O any] struct {
	Set  O
	with func(O) (provider.Provider, error)
}

// UnmarshalYAML reads the struct as if it stood here by itself.
func (r *registered[O]) UnmarshalYAML(decode func(any) error) error { return decode(&r.Set) }

func (registered[O]) schema() object { return schemaOf(reflect.TypeFor[O]()) }

var errNoUse = errors.New("the driver has no use for a list of name servers")

func (r *registered[O]) serve([]zone.Name) error { return errNoUse }

func (r *registered[O]) open(*Config) (provider.Provider, string, error) {
	p, err := r.with(r.Set)
	return p, "", err
}
