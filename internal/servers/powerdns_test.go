package servers_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
)

func TestPowerDNSLivesOnEveryDatabase(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *servers.Database{
		"SQLite": servers.SQLite, "MariaDB": servers.MariaDB, "PostgreSQL": servers.PostgreSQL,
	} {
		t.Run(name, func(t *testing.T) {
			db := start(t)
			setup := bare()
			setup.Database = db
			s := servers.PowerDNS(t, setup)
			lives(t, s)
			assert.Equal(t, "example.com\tMASTER\n", db.Run(t, "SELECT name, type FROM domains;"))
			assert.Contains(t, s.Tell(t, "rping"), "PONG")

			req, err := http.NewRequest(http.MethodGet, s.API+"/servers/localhost/zones/example.com.", nil)
			require.NoError(t, err)
			req.Header.Set("X-API-Key", s.APIKey)
			res, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			assert.Contains(t, string(text), `"mail.example.com."`)
		})
	}
}

func TestADatabaseKeepsWhatItHasAndMakesAnother(t *testing.T) {
	for name, start := range map[string]func(testing.TB) *servers.Database{"MariaDB": servers.MariaDB, "PostgreSQL": servers.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			d := start(t)
			d.Run(t, "CREATE TABLE a (b INT); INSERT INTO a VALUES (1), (2);")
			d.Kill(t)
			d.Start(t)
			assert.Equal(t, "2\n", d.Run(t, "SELECT count(*) FROM a;"))
			other := d.Another(t)
			other.Run(t, "CREATE TABLE a (b INT);")
			assert.Equal(t, "0\n", other.Run(t, "SELECT count(*) FROM a;"))
		})
	}
}
