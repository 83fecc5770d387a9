package powerdnssql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/powerdnssql"
	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestADSNIsInNoError(t *testing.T) {
	for _, c := range [][2]string{
		{"mysql", "user:hunter2"}, {"mysql", "user:hunter2@tcp(127.0.0.1:1)/x"}, {"mysql", "user:hunter2@tcp(127.0.0.1:1)/x?loc=%zz"}, {"mysql", "hunter2@unix(/nowhere)/x"},
		{"postgres", "postgres://user:hunter2@127.0.0.1:1/x"}, {"postgres", "postgres://user:hunter2@%zz"}, {"postgres", "user=u password=hunter2 host=127.0.0.1 port=hunter2"}, {"postgres", "postgres://user:hunter2@127.0.0.1:1/x?sslmode=hunter2"},
		{"sqlite", "/nowhere/pdns.db"}, {"sqlite", ""}, {"oracle", "hunter2"},
	} {
		d, err := powerdnssql.Open(c[0], c[1])
		if err == nil {
			short, cancel := context.WithTimeout(ctx, 2*time.Second)
			_, err = d.Zone(short, apex)
			cancel()
			assert.NotErrorIs(t, err, provider.ErrNoZone)
			d.Close()
		}
		require.Error(t, err, c)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestAFileThatIsNotThereIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pdns.db")
	d, err := powerdnssql.Open("sqlite", path)
	require.NoError(t, err)
	defer d.Close()
	_, err = d.Zone(ctx, apex)
	assert.ErrorContains(t, err, "unable to open database file")
	assert.NoFileExists(t, path)
}

func TestErrorsAreSorted(t *testing.T) {
	for name, start := range own {
		t.Run(name, func(t *testing.T) {
			db := start(t)
			db.Run(t, "CREATE TABLE stranger (x INT);")
			d := open(t, db)
			_, err := d.Zone(ctx, apex)
			require.Error(t, err)
			assert.Equal(t, provider.KindTransient, provider.KindOf(err), err)
			assert.ErrorContains(t, err, "domains", "it says which table is not there")
			if db.Kind == "sqlite" {
				return
			}
			wrong := *db
			wrong.Password = "hunter2hunter2"
			_, err = open(t, &wrong).Zone(ctx, apex)
			assert.Equal(t, provider.KindAuth, provider.KindOf(err), err)
			assert.NotContains(t, err.Error(), "hunter2")
			db.Stop(t)
			_, err = d.Zone(ctx, apex)
			assert.Equal(t, provider.KindTransient, provider.KindOf(err), err)
			err = d.Apply(ctx, zone.Diff(servers.Bare(apex), parse(t, "www 60 A 192.0.2.1")))
			var ae *provider.ApplyError
			require.ErrorAs(t, err, &ae)
			assert.Empty(t, ae.Unknown, "nothing was sent")
		})
	}
}

// A cutter passes on what a client and a server say, and ends the connection after
// so many messages of the client.
type cutter struct {
	net.Listener
	left atomic.Int64
	mu   sync.Mutex
	open []net.Conn
}

func newCutter(t *testing.T, to int) (c *cutter, port int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c = &cutter{Listener: l}
	c.left.Store(1 << 40)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(to)))
			if err != nil {
				client.Close()
				continue
			}
			c.mu.Lock()
			c.open = append(c.open, client, server)
			c.mu.Unlock()
			go c.pass(client, server)
			go func() { _, _ = io.Copy(client, server); client.Close() }()
		}
	}()
	return c, l.Addr().(*net.TCPAddr).Port
}

// pass hands on what the client says. What is said last arrives or not, and its
// answer never does.
func (c *cutter) pass(client, server net.Conn) {
	defer server.Close()
	defer client.Close()
	buf := make([]byte, 1<<20)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		left := c.left.Add(-1)
		if left < 0 {
			return
		}
		if left == 0 { // the server hears it, and nobody hears the server
			client.Close()
		}
		if _, err := server.Write(buf[:n]); err != nil || left == 0 {
			time.Sleep(50 * time.Millisecond)
			return
		}
	}
}

// TestADatabaseThatIsGoneInTheMiddleLeavesTheZoneWhole cuts the connection at every
// step of a transaction.
func TestADatabaseThatIsGoneInTheMiddleLeavesTheZoneWhole(t *testing.T) {
	every(t, bare(), func(t *testing.T, s *servers.NameServer, direct *powerdnssql.Database) {
		if s.Database.Kind == "sqlite" {
			t.Skip("there is no connection")
		}
		cut, port := newCutter(t, s.Database.Port)
		through := *s.Database
		through.Port = port
		before := parse(t, "a 60 A 192.0.2.1\nb 60 A 192.0.2.1\nc.d 60 A 192.0.2.1")
		after := parse(t, "a 60 A 192.0.2.2\nb 60 CNAME a\nx.y 60 A 192.0.2.1")
		done, undone, unknown := 0, 0, 0
		for step := int64(1); ; step++ {
			require.Less(t, step, int64(60), "it never ends well")
			require.Equal(t, provider.Agreed, mirror(t, direct, before).State)
			d, err := powerdnssql.Open(through.Kind, through.DSN())
			require.NoError(t, err)
			plan := zone.Diff(read(t, d), after) // connected by now
			cut.left.Store(step)
			err = d.Apply(ctx, plan)
			reached := cut.left.Load() <= 0
			cut.left.Store(1 << 40)
			d.Close()
			time.Sleep(100 * time.Millisecond) // until the server has noticed
			now := read(t, direct)
			isOld, isNew := now.Equal(before), now.Equal(after)
			require.True(t, isOld || isNew, "step %d: between\n%s", step, now)
			var ae *provider.ApplyError
			switch {
			case err == nil:
				assert.True(t, isNew)
				done++
			case errors.As(err, &ae) && len(ae.Unknown) > 0:
				assert.Len(t, ae.Unknown, len(plan.Changes))
				unknown++
			default:
				require.ErrorAs(t, err, &ae)
				assert.Empty(t, ae.Done)
				assert.True(t, isOld, "step %d: it is done, and the error says that it is not: %v", step, err)
				assert.Equal(t, provider.KindTransient, provider.KindOf(err))
				undone++
			}
			if !reached {
				break
			}
		}
		t.Logf("%d steps came to nothing, %d are unknown, %d ended well", undone, unknown, done)
		assert.Positive(t, undone)
		assert.Positive(t, unknown, "the answer to the commit is the one that nobody knows")
	})
}

// TestADatabaseThatIsKilledLeavesTheZoneWhole cuts the power while plans are carried
// out.
func TestADatabaseThatIsKilledLeavesTheZoneWhole(t *testing.T) {
	for _, name := range []string{"MariaDB", "PostgreSQL"} {
		t.Run(name, func(t *testing.T) {
			s := servers.PowerDNS(t, servers.Setup{Database: own[name](t), Zones: []*zone.Zone{servers.Bare(apex)}})
			s.Stop(t)
			d := open(t, s.Database)
			var b strings.Builder
			for i := range 3000 {
				fmt.Fprintf(&b, "h%d 60 A 192.0.2.1\n", i)
			}
			all, none := parse(t, b.String()), parse(t, "")
			over := make(chan error, 1)
			stop := make(chan bool)
			go func() {
				turn, next := none, all
				for {
					select {
					case <-stop:
						over <- nil
						return
					default:
					}
					if err := d.Apply(ctx, zone.Diff(turn, next)); err != nil {
						over <- err
						return
					}
					turn, next = next, turn
				}
			}()
			time.Sleep(700 * time.Millisecond)
			s.Database.Kill(t)
			close(stop)
			err := <-over
			s.Database.Start(t)
			var z *zone.Zone
			require.Eventually(t, func() bool { // a connection that is left from before has to be tried to be known as dead
				var err error
				z, err = d.Zone(ctx, apex)
				return err == nil
			}, 10*time.Second, 10*time.Millisecond)
			assert.True(t, z.Equal(all) || z.Equal(none), "%d sets are there; the error was %v", z.Len(), err)
			assert.Equal(t, provider.Agreed, mirror(t, d, all).State)
		})
	}
}

// TestADeadlockIsTriedAgain has somebody else take the same rows in another order.
func TestADeadlockIsTriedAgain(t *testing.T) {
	every(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		if s.Database.Kind == "sqlite" {
			t.Skip("there is one writer at a time")
		}
		require.Equal(t, provider.Agreed, mirror(t, d, parse(t, "a 60 A 192.0.2.1\nb 60 A 192.0.2.1")).State)
		plan := zone.Diff(read(t, d), parse(t, "a 60 A 192.0.2.2\nb 60 A 192.0.2.2"))
		other, err := sql.Open(map[string]string{"mysql": "mysql", "postgres": "pgx"}[s.Database.Kind], s.Database.DSN())
		require.NoError(t, err)
		defer other.Close()
		tx, err := other.Begin()
		require.NoError(t, err)
		_, err = tx.Exec("UPDATE records SET ttl = 60, prio = 1 WHERE name = 'b.example.com'")
		require.NoError(t, err)
		if s.Database.Kind == "mysql" { // the heavier one survives
			_, err = tx.Exec("INSERT INTO comments (domain_id, name, type, modified_at, comment) VALUES (99, 'x', 'A', 1, 'x'), (99, 'x', 'A', 1, 'x'), (99, 'x', 'A', 1, 'x')")
			require.NoError(t, err)
		} else {
			_, err = tx.Exec("SET LOCAL deadlock_timeout = '10s'") // the other one is the first to notice
			require.NoError(t, err)
		}
		result := make(chan error, 1)
		go func() { result <- d.Apply(ctx, plan) }()
		time.Sleep(300 * time.Millisecond) // it waits for b by now, and has the zone
		_, err = tx.Exec("UPDATE domains SET account = 'x' WHERE name = 'example.com'")
		require.NoError(t, err, "the deadlock was to end the other one")
		require.NoError(t, tx.Commit())
		require.NoError(t, <-result)
		assert.True(t, read(t, d).Equal(parse(t, "a 60 A 192.0.2.2\nb 60 A 192.0.2.2")))
	})
}

func TestManyWritersOfOneZoneAndOfMany(t *testing.T) {
	every(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		second := open(t, s.Database) // as another process
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				p := []*powerdnssql.Database{d, second}[i%2]
				set := zone.RRset{Key: zone.Key{Name: zone.Name(fmt.Sprintf("x%d.y%d.example.com.", i, i%3)), Type: zone.A}, TTL: 60, Data: []string{"192.0.2.1"}}
				assert.NoError(t, p.Apply(ctx, zone.Plan{Zone: apex, Changes: []zone.Change{{New: set}}}))
				name := zone.Name(fmt.Sprintf("zone%d.example.", i))
				_, err := p.CreateZone(ctx, servers.Bare(name))
				assert.NoError(t, err)
				if i%4 == 0 {
					assert.NoError(t, p.Apply(ctx, zone.Plan{Zone: apex, Changes: []zone.Change{{Old: set}}}))
					assert.NoError(t, p.DeleteZone(ctx, name))
				}
			})
		}
		wg.Wait()
		assert.Equal(t, 2+18, read(t, d).Len())
		assert.EqualValues(t, 31, s.Serial(t, apex), "each plan has counted")
		before := dump(t, s.Database)
		s.Control(t, "rectify-all-zones")
		assert.Equal(t, before, dump(t, s.Database))
	})
}

func TestACallThatIsCancelledWaitsForNobody(t *testing.T) {
	every(t, bare(), func(t *testing.T, s *servers.NameServer, d *powerdnssql.Database) {
		if s.Database.Kind == "sqlite" {
			t.Skip("who waits for the lock of a file is woken by the lock alone")
		}
		other, err := sql.Open(map[string]string{"mysql": "mysql", "postgres": "pgx"}[s.Database.Kind], s.Database.DSN())
		require.NoError(t, err)
		defer other.Close()
		tx, err := other.Begin()
		require.NoError(t, err)
		_, err = tx.Exec("UPDATE domains SET account = 'x'")
		require.NoError(t, err)
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		began := time.Now()
		err = d.Apply(short, zone.Diff(servers.Bare(apex), parse(t, "www 60 A 192.0.2.1")))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Less(t, time.Since(began), 5*time.Second)
		require.NoError(t, tx.Rollback())
		assert.True(t, read(t, d).Equal(servers.Bare(apex)))
	})
}
