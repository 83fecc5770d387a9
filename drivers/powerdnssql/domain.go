package powerdnssql

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// A domain is a row of the table domains, with what else decides about its records.
type domain struct {
	id      int64
	kind    string // MASTER, NATIVE, SLAVE, …
	signing signing
}

// A querier is a connection, inside a transaction or not.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

const selectDomain = `SELECT d.id, d.type, d.master,
	(SELECT count(*) FROM cryptokeys k WHERE k.domain_id = d.id AND k.active = {yes}),
	(SELECT max(m.content) FROM domainmetadata m WHERE m.domain_id = d.id AND m.kind = 'NSEC3PARAM'),
	(SELECT max(m.content) FROM domainmetadata m WHERE m.domain_id = d.id AND m.kind = 'NSEC3NARROW'),
	(SELECT max(m.content) FROM domainmetadata m WHERE m.domain_id = d.id AND m.kind = 'PRESIGNED')
	FROM domains d WHERE d.name = ?`

// domain finds a zone that is ours to write. Locked, nobody else of ours writes to
// it before the transaction ends.
func (d *Database) domain(ctx context.Context, q querier, name zone.Name, lock string) (domain, error) {
	var out domain
	var kind, master, param, narrow, presigned sql.NullString
	var keys int
	query := d.sql(strings.Replace(selectDomain, "{yes}", d.yes, 1) + lock)
	err := q.QueryRowContext(ctx, query, pdns.Name(name)).Scan(&out.id, &kind, &master, &keys, &param, &narrow, &presigned)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return out, noZone(name)
	case err != nil:
		return out, err
	}
	out.kind = strings.ToUpper(kind.String)
	if why := notOurs(out.kind, master.String, presigned.String == "1"); why != "" {
		return out, refused(name, "%s", why)
	}
	if keys > 0 {
		out.signing, err = readSigning(param.String, narrow.String == "1")
	}
	if err != nil {
		return out, refused(name, "has NSEC3PARAM %q, which cannot be read", param.String)
	}
	return out, nil
}

// notOurs says who else writes a zone; "" where nobody does.
func notOurs(kind, master string, presigned bool) string {
	switch {
	case kind == "SLAVE" || kind == "CONSUMER":
		return "is a " + kind + " of " + strings.TrimSpace(master) + ": the next transfer takes away what is written to it"
	case kind != "MASTER" && kind != "NATIVE":
		return "is of the type " + kind + ", whose records PowerDNS makes"
	case presigned:
		return "is signed elsewhere, and a change would break its signatures"
	}
	return ""
}
