package powerdnssql

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// fault is what the database said about a zone, sorted. Errors of our own stay.
func (d *Database) fault(name zone.Name, err error) error {
	if err == nil || isOurs(err) {
		return err
	}
	kind, _ := d.sort(err)
	about := "powerdnssql"
	if name != "" {
		about += ": zone " + string(name)
	}
	return &provider.ServiceError{Kind: kind, Err: fmt.Errorf("%s: %w", about, err)}
}

// isOurs holds for errors that no database has made.
func isOurs(err error) bool {
	_, service := errors.AsType[*provider.ServiceError](err)
	_, apply := errors.AsType[*provider.ApplyError](err)
	return service || apply || errors.Is(err, provider.ErrNoZone) || errors.Is(err, provider.ErrZoneExists) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func noZone(name zone.Name) error {
	return fmt.Errorf("powerdnssql: zone %s: %w", name, provider.ErrNoZone)
}

func refused(name zone.Name, format string, args ...any) error {
	return &provider.ServiceError{Kind: provider.KindRefused, Err: fmt.Errorf("powerdnssql: zone %s %s", name, fmt.Sprintf(format, args...))}
}

// maxTries is how often a transaction is begun that ends in a deadlock.
const maxTries = 6

// pause waits before a transaction is begun again, longer each time.
func pause(ctx context.Context, try int) error {
	select {
	case <-time.After(time.Duration(float64(try) * (0.5 + rand.Float64()) * float64(20*time.Millisecond))):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
