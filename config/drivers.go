package config

import (
	"maps"
	"slices"

	"github.com/zonecast/zonecast/drivers/rfc2136"
	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// drivers has all that a configuration can name.
var drivers = map[string]driver{
	"rfc2136":  {(&rfc2136.Provider{}).Traits(), func() options { return &rfc2136Options{} }},
	"zonefile": {(&zonefile.Dir{}).Traits(), func() options { return &zonefileOptions{} }},
}

// A driver is a kind of target.
type driver struct {
	traits  provider.Traits
	options func() options // none set
}

// options are what the file says to a driver.
type options interface {
	// serve is told the name servers of zones that bring none.
	serve(names []zone.Name) error
	// open makes the provider, and gives the word that marks zones as ours, ""
	// where the service has no room for one.
	open(c *Config) (p provider.Provider, owner string, err error)
}

// Drivers gives the names of all drivers.
func Drivers() []string { return slices.Sorted(maps.Keys(drivers)) }

// Traits says what the service behind a driver can hold.
func Traits(driver string) provider.Traits { return drivers[driver].traits }
