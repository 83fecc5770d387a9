package powerdnssql

import (
	"context"
	"database/sql"
	"errors"

	"github.com/go-sql-driver/mysql"

	"github.com/zonecast/zonecast/provider"
)

var errDSN = errors.New("the DSN cannot be read") // what it says may be a password

// openMySQL is for MySQL and MariaDB.
func openMySQL(dsn string) (*sql.DB, dialect, error) {
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, dialect{}, errDSN
	}
	c.InterpolateParams = true // or every statement is sent twice
	c.MultiStatements = false
	c.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return nil, dialect{}, errDSN
	}
	d := dialect{no: "0", yes: "1", lock: " FOR UPDATE", sort: sortMySQL, insertID: lastInsertID}
	return sql.OpenDB(connector), d, nil
}

func lastInsertID(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// sortMySQL sorts by the numbers of
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html.
func sortMySQL(err error) (provider.Kind, trouble) {
	e, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok {
		return provider.KindTransient, lost
	}
	switch e.Number {
	case 1213, 1205, 1020: // deadlock, lock wait timeout, changed since it was read
		return provider.KindTransient, again
	case 1062:
		return provider.KindTransient, there
	case 1044, 1045, 1142, 1143, 1227, 1290, 1698, 1836: // no access, or for reading alone
		return provider.KindAuth, said
	case 1053, 1317, 1927: // shut down, interrupted, killed
		return provider.KindTransient, lost
	case 1264, 1366, 1406, 3988: // data that a column cannot hold
		return provider.KindRefused, said
	}
	return provider.KindTransient, said
}
