package config

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	_ "modernc.org/sqlite" // the database of the ledger

	"github.com/zonecast/zonecast/ledger"
)

// Ledger is where the ledger is: sqlite:PATH, none, or a path with those who may
// use it beside its owner.
type Ledger struct {
	None  bool
	Path  string
	Mode  FileMode
	Group string
}

// UnmarshalYAML reads a word or a table.
func (l *Ledger) UnmarshalYAML(decode func(any) error) error {
	var n node
	if err := decode(&n); err != nil {
		return err
	}
	if s, ok := n.Node.(*ast.StringNode); ok {
		path, isSQLite := strings.CutPrefix(s.Value, "sqlite:")
		l.None, l.Path = s.Value == "none", path
		if !l.None && (!isSQLite || path == "") {
			return wrong(s, "want sqlite:PATH or none")
		}
		return nil
	}
	var in ledgerTable
	err := decode(&in)
	if err == nil && in.Path == "" {
		err = wrong(n.Node, "want sqlite:PATH, none or {path: …, mode: …, group: …}")
	}
	*l = Ledger{Path: strings.TrimPrefix(in.Path, "sqlite:"), Mode: in.Mode, Group: in.Group}
	return err
}

type ledgerTable struct {
	Path  string   `yaml:"path" need:"true" doc:"the file"`
	Mode  FileMode `yaml:"mode" doc:"its mode when it is made, as in 0660; 0600 if left out"`
	Group string   `yaml:"group" doc:"its group when it is made"`
}

// A LedgerError says that the ledger cannot be used. What it should have taken
// belongs into the spool.
type LedgerError struct {
	Path string
	Err  error
}

// Error names the file.
func (e *LedgerError) Error() string { return fmt.Sprintf("ledger %s: %v", e.Path, e.Err) }

// Unwrap gives what the database said.
func (e *LedgerError) Unwrap() error { return e.Err }

// LedgerPath is where the file of the ledger is, "" where there shall be none.
func (c *Config) LedgerPath() string {
	if c.Ledger.None {
		return ""
	}
	return c.path(cmp.Or(c.Ledger.Path, "zonecast.db"))
}

// Spool is where documents wait that the ledger could not take; no folder where
// there shall be no ledger.
func (c *Config) Spool() ledger.Spool {
	if c.Ledger.None {
		return ledger.Spool{}
	}
	return ledger.Spool{Dir: c.LedgerPath() + ".spool"}
}

// openLedger opens the ledger; it is made where it is missing and create says so,
// and is nil else.
func (c *Config) openLedger(ctx context.Context, create bool) (l *ledger.Ledger, err error) {
	path := c.LedgerPath()
	if path == "" {
		return nil, nil
	}
	defer func() {
		if err != nil {
			err = &LedgerError{path, err}
		}
	}()
	switch _, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist) && !create:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		if err := c.Ledger.make(path, c.Spool().Dir); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	}
	db, err := sql.Open("sqlite", ledger.SQLite.Source(path))
	if err != nil {
		return nil, err
	}
	if l, err = ledger.Open(ctx, db, ledger.SQLite); err != nil {
		db.Close()
	}
	return l, err
}

// make makes the file and the folders beside it. SQLite gives its other files the
// mode of the first, so it has to be right before anybody opens it: the file gets
// its name when it is.
func (l Ledger) make(path, spool string) error {
	for _, dir := range []string{filepath.Dir(path), spool} {
		if err := l.makeFolder(dir); err != nil {
			return err
		}
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".ledger-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := errors.Join(tmp.Close(), l.give(tmp.Name(), l.mode())); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), path); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil // somebody was quicker
}

func (l Ledger) mode() fs.FileMode { return fs.FileMode(cmp.Or(l.Mode, 0o600)) }

// makeFolder makes a folder that those can use who can use the ledger. One that is
// there stays as it is.
func (l Ledger) makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	mode := l.mode() | l.mode()&0o444>>2 // who may read may enter
	if l.Group != "" {
		mode |= fs.ModeSetgid // what is made in it has the group, too
	}
	return l.give(dir, mode)
}

// give sets the group, then the mode, which a change of group may take away from.
func (l Ledger) give(path string, mode fs.FileMode) error {
	if l.Group != "" {
		g, err := user.LookupGroup(l.Group)
		if err != nil {
			return err
		}
		id, err := strconv.Atoi(g.Gid)
		if err != nil {
			return err
		}
		if err := os.Chown(path, -1, id); err != nil {
			return err
		}
	}
	return os.Chmod(path, mode)
}
