package powerdnssql

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/zonecast/zonecast/provider"
)

func openPostgres(dsn string) (*sql.DB, dialect, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, dialect{}, errDSN
	}
	c.DefaultQueryExecMode = pgx.QueryExecModeExec // statements differ in their number of parameters: preparing them is for nothing
	d := dialect{no: "false", yes: "true", lock: " FOR UPDATE", rebind: dollars, sort: sortPostgres, insertID: returningID, exact: true}
	return stdlib.OpenDB(*c), d, nil
}

// dollars writes $1, $2, … for question marks. No query has one in a literal.
func dollars(query string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, ok := strings.Cut(query, "?")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}

func returningID(ctx context.Context, tx *sql.Tx, query string, args ...any) (id int64, err error) {
	err = tx.QueryRowContext(ctx, query+" RETURNING id", args...).Scan(&id)
	return id, err
}

// sortPostgres sorts by the codes of
// https://www.postgresql.org/docs/current/errcodes-appendix.html.
func sortPostgres(err error) (provider.Kind, trouble) {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return provider.KindTransient, lost
	}
	switch class := e.Code[:min(2, len(e.Code))]; {
	case e.Code == "40001", e.Code == "40P01", e.Code == "55P03": // serialization, deadlock, lock not available
		return provider.KindTransient, again
	case e.Code == "23505":
		return provider.KindTransient, there
	case class == "28", e.Code == "42501", e.Code == "25006": // no access, or for reading alone
		return provider.KindAuth, said
	case class == "22", class == "23": // data that a column cannot hold
		return provider.KindRefused, said
	case class == "08", class == "57": // connections, and servers that are shut down
		return provider.KindTransient, lost
	}
	return provider.KindTransient, said
}
