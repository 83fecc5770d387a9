package powerdnssql

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A change and what the server is told of it are two steps, and a process may end
// between them. So a mark is committed with the change, and goes when the server
// knows: whoever finds it tells the server.

// changedKind is the metadata of a zone that the server has to be told of.
const changedKind = "X-ZONECAST-CHANGED"

// API is the HTTP API of a PowerDNS.
type API struct {
	URL       string                 // of its web server, as http://127.0.0.1:8081
	Key       func() (string, error) // the api-key of its configuration
	Server    string                 // its id; "": localhost, as every PowerDNS calls itself
	Transport http.RoundTripper      // nil: the usual one

	once   sync.Once
	client *rest.Client
	unfit  error
}

// Key is a key that never changes.
func Key(key string) func() (string, error) { return rest.Fixed(key) }

func (d *Database) tells() bool { return d.API != nil || len(d.Control) > 0 }

// mark says that the server has to be told of a zone: that it is new, or that it has
// changed. Each mark is another, so that a later one is not taken for this one.
func (d *Database) mark(ctx context.Context, q querier, domain int64, what string) error {
	if !d.tells() {
		return nil
	}
	return d.setMetadata(ctx, q, domain, changedKind, what+" "+rand.Text())
}

const selectMark = "SELECT d.type, (SELECT max(m.content) FROM domainmetadata m WHERE m.domain_id = d.id AND m.kind = ?) FROM domains d WHERE d.name = ?"

// Finish implements provider.Finisher: it tells the server of a zone that has
// changed, now or in an earlier process, and of one that is gone.
func (d *Database) Finish(ctx context.Context, name zone.Name) error {
	if !d.tells() {
		return nil
	}
	var kind, mark sql.NullString
	err := d.db.QueryRowContext(ctx, d.sql(selectMark), changedKind, pdns.Name(name)).Scan(&kind, &mark)
	gone := errors.Is(err, sql.ErrNoRows)
	if err != nil && !gone || mark.String == "" && !gone {
		return d.fault(name, err)
	}
	if err := d.tell(ctx, name, strings.EqualFold(kind.String, string(Master))); err != nil {
		return fmt.Errorf("powerdnssql: zone %s: the database has it, but the server could not be told: %w", name, err)
	}
	if gone {
		return nil
	}
	const unmark = "DELETE FROM domainmetadata WHERE domain_id = (SELECT id FROM domains WHERE name = ?) AND kind = ? AND content = ?"
	_, err = d.db.ExecContext(ctx, d.sql(unmark), pdns.Name(name), changedKind, mark.String)
	return d.fault(name, err)
}

// tell has the server forget what it remembers of a zone, and tell its secondaries.
func (d *Database) tell(ctx context.Context, name zone.Name, notify bool) error {
	var errs []error
	if d.API != nil {
		errs = append(errs, d.API.tell(ctx, name, notify))
	}
	if len(d.Control) > 0 {
		errs = append(errs, d.control(ctx, name, notify))
	}
	return errors.Join(errs...)
}

func (a *API) use() (*rest.Client, error) {
	a.once.Do(func() {
		a.client, a.unfit = pdns.API{URL: a.URL, Server: a.Server, Key: a.Key, Transport: a.Transport}.Client()
	})
	return a.client, a.unfit
}

// tell flushes the caches, that of the list of zones with them. A server that does
// not notify has nothing to do with what follows.
func (a *API) tell(ctx context.Context, name zone.Name, notify bool) error {
	c, err := a.use()
	if err != nil {
		return err
	}
	flush := rest.Call{Method: "PUT", Path: "/cache/flush", Query: url.Values{"domain": {string(name)}}, Again: true}
	if _, err = c.Do(ctx, flush); err != nil || !notify {
		return err
	}
	_, err = c.Do(ctx, rest.Call{Method: "PUT", Path: rest.Path("zones", pdns.ZoneID(name), "notify"), Again: true})
	if provider.KindOf(err) == provider.KindRefused {
		return nil
	}
	return err
}

// control does by a command what tell does by the API.
func (d *Database) control(ctx context.Context, name zone.Name, notify bool) error {
	steps := [][]string{{"rediscover"}, {"purge", pdns.Name(name) + "$"}}
	if notify {
		steps = append(steps, []string{"notify", pdns.Name(name)})
	}
	for _, step := range steps {
		args := append(d.Control[1:len(d.Control):len(d.Control)], step...)
		if out, err := exec.CommandContext(ctx, d.Control[0], args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s %s: %w: %.200s", d.Control[0], step[0], err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}
