package powerdnssql

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// CreateZone implements provider.Creator: the zone comes with all its records, or
// not at all.
func (d *Database) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	kind, err := d.kind()
	if err != nil {
		return nil, err
	}
	for s := range want.All() {
		if err := pdns.Refuses(want.Name(), s); err != nil {
			return nil, refused(want.Name(), "%s: %v", s.Key, err)
		}
	}
	e := whole(want)
	_, err = d.transact(ctx, func(tx *sql.Tx) error {
		id, err := d.insertID(ctx, tx, d.sql("INSERT INTO domains (name, type) VALUES (?, ?)"), pdns.Name(want.Name()), string(kind))
		if err != nil {
			return err
		}
		if err := d.write(ctx, tx, id, e); err != nil {
			return err
		}
		return d.mark(ctx, tx, id, "new")
	})
	if err != nil && !isOurs(err) {
		if _, t := d.sort(err); t == there {
			return nil, fmt.Errorf("powerdnssql: zone %s: %w", want.Name(), provider.ErrZoneExists)
		}
	}
	return nil, d.fault(want.Name(), err)
}

// whole gives the rows of a zone that is not there yet.
func whole(z *zone.Zone) (e edit) {
	t := newTree(z.Name(), signing{})
	t.whole = true
	for s := range z.All() {
		for _, data := range s.Data {
			r := toRow(s.Key, s.TTL, data)
			t.add(s.Name, &r)
		}
		t.at(s.Name).ours = true
	}
	t.settle()
	t.edit(&e)
	return e
}

// DeleteZone implements provider.Creator. Comments, metadata and keys go with the
// zone.
func (d *Database) DeleteZone(ctx context.Context, name zone.Name) error {
	_, err := d.transact(ctx, func(tx *sql.Tx) error {
		dom, err := d.domain(ctx, tx, name, d.lock)
		if err != nil {
			return err
		}
		for _, table := range []string{"records", "comments", "domainmetadata", "cryptokeys"} {
			if _, err := tx.ExecContext(ctx, d.sql("DELETE FROM "+table+" WHERE domain_id = ?"), dom.id); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, d.sql("DELETE FROM domains WHERE id = ?"), dom.id)
		return err
	})
	return d.fault(name, err)
}

// Zones implements provider.Lister: all zones of the database, whoever writes them.
func (d *Database) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		rows, err := d.db.QueryContext(ctx, "SELECT name FROM domains ORDER BY name")
		if err != nil {
			yield("", d.fault("", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var text string
			if err = rows.Scan(&text); err != nil {
				break
			}
			if pdns.IsVariant(text) {
				continue
			}
			if name, err := zone.ParseName(text); !yield(name, err) || err != nil {
				return
			}
		}
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			yield("", d.fault("", err))
		}
	}
}
