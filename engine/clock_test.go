package engine_test

import (
	"database/sql/driver"
	"time"

	"modernc.org/sqlite"
)

// In these tests the databases ask Go for the time, which is the virtual one where
// testing/synctest has made one: what the ledger says to them is what it says to
// them outside, to the letter.
func init() {
	sqlite.MustRegisterScalarFunction("unixepoch", 1, func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error) {
		return float64(time.Now().UnixMicro()) / 1e6, nil
	})
}
