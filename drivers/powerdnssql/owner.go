package powerdnssql

import (
	"context"
	"database/sql"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

const selectMetadata = "SELECT max(m.content) FROM domains d LEFT JOIN domainmetadata m ON m.domain_id = d.id AND m.kind = ? WHERE d.name = ? GROUP BY d.id"

// metadata gives the value of one kind of metadata, "" where the zone has none.
func (d *Database) metadata(ctx context.Context, name zone.Name, kind string) (string, error) {
	var value sql.NullString
	err := d.db.QueryRowContext(ctx, d.sql(selectMetadata), kind, pdns.Name(name)).Scan(&value)
	if err == sql.ErrNoRows {
		return "", noZone(name)
	}
	return value.String, d.fault(name, err)
}

// setMetadata puts one value in the place of those that a kind of metadata has.
func (d *Database) setMetadata(ctx context.Context, q querier, domain int64, kind, value string) error {
	if _, err := q.ExecContext(ctx, d.sql("DELETE FROM domainmetadata WHERE domain_id = ? AND kind = ?"), domain, kind); err != nil {
		return err
	}
	_, err := q.ExecContext(ctx, d.sql("INSERT INTO domainmetadata (domain_id, kind, content) VALUES (?, ?, ?)"), domain, kind, value)
	return err
}

// Owner implements provider.Owner: the mark is metadata of the zone.
func (d *Database) Owner(ctx context.Context, name zone.Name) (string, error) {
	return d.metadata(ctx, name, pdns.OwnerKind)
}

// Claim implements provider.Owner.
func (d *Database) Claim(ctx context.Context, name zone.Name, owner string) error {
	_, err := d.transact(ctx, func(tx *sql.Tx) error {
		dom, err := d.domain(ctx, tx, name, d.lock)
		if err != nil {
			return err
		}
		return d.setMetadata(ctx, tx, dom.id, pdns.OwnerKind, owner)
	})
	return d.fault(name, err)
}
