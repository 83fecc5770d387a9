package config

import (
	"maps"
	"slices"

	"github.com/zonecast/zonecast/drivers/dyn"
	"github.com/zonecast/zonecast/drivers/godaddy"
	"github.com/zonecast/zonecast/drivers/planisys"
	"github.com/zonecast/zonecast/drivers/powerdns"
	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/drivers/rfc2136"
	"github.com/zonecast/zonecast/drivers/route53"
	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// drivers has all that a configuration can name.
var drivers = map[string]driver{
	"dyn":         {&dyn.Provider{}, func() options { return &dynOptions{} }},
	"godaddy":     {&godaddy.Provider{}, func() options { return &godaddyOptions{} }},
	"planisys":    {&planisys.Provider{}, func() options { return &planisysOptions{} }},
	"route53":     {&route53.Provider{}, func() options { return &route53Options{} }},
	"zonefile":    {&zonefile.Dir{}, func() options { return &zonefileOptions{} }},
	"powerdns":    {&powerdns.Provider{}, func() options { return &powerdnsOptions{} }},
	"powerdnssql": {&powerdnssql.Database{}, func() options { return &powerdnssqlOptions{} }},
	"rfc2136":     {&rfc2136.Provider{}, func() options { return &rfc2136Options{} }},
}

// A driver is a kind of target.
type driver struct {
	unset   provider.Provider // with no options: it says what the service can do
	options func() options    // none set
}

// options are what the file says to a driver.
type options interface {
	// serve is told the name servers of zones that bring none.
	serve(names []zone.Name) error
	// open makes the provider, and gives the word that marks zones as ours, ""
	// where that follows from the ledger.
	open(c *Config) (p provider.Provider, owner string, err error)
}

// Drivers gives the names of all drivers.
func Drivers() []string { return slices.Sorted(maps.Keys(drivers)) }

// Traits says what the service behind a driver can hold.
func Traits(driver string) provider.Traits {
	if d, ok := provider.As[provider.Describer](drivers[driver].unset); ok {
		return d.Traits()
	}
	return provider.Traits{}
}

// Creates reports whether a driver can create and delete zones.
func Creates(driver string) bool {
	_, ok := provider.As[provider.Creator](drivers[driver].unset)
	return ok
}

// Marks reports whether a driver can mark zones as ours.
func Marks(driver string) bool {
	_, ok := provider.As[provider.Owner](drivers[driver].unset)
	return ok
}
