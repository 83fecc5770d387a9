package zonefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/zonecast/zonecast/drivers/internal/authority"
	"github.com/zonecast/zonecast/internal/durable"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Dir is a folder of zone files. Only Path has to be set.
type Dir struct {
	Path        string      // the folder; it is made when the first file is
	NameServers []zone.Name // NS set of the apex for zones that bring none
	MName       zone.Name   // primary server in the SOA; "": the source's, else the first NS
	ID          string      // whose files these are, one word; "": zonecast
	After       []string    // command to run after a change; {zone} and {file} are replaced
	StockBIND   bool        // leave out what BIND refuses in its stock configuration
}

const suffix = ".zone"

// unfit says what of the settings makes no sense.
func (d *Dir) unfit() error {
	if err := d.defaults().Unfit(); err != nil {
		return fmt.Errorf("settings of the folder: %w", err)
	}
	if strings.ContainsFunc(d.ID, unicode.IsSpace) {
		return fmt.Errorf("settings of the folder: the ID %q is not one word", d.ID)
	}
	return nil
}

// Traits implements provider.Describer.
func (d *Dir) Traits() provider.Traits {
	return provider.Traits{
		Service: "zone files", Authority: true, Presigned: true, Whole: "a plan", Calls: "one file written",
		Traps: []string{"what some server would refuse is left out, and said"},
	}
}

// Zone implements provider.Provider.
func (d *Dir) Zone(ctx context.Context, name zone.Name) (*zone.Zone, error) {
	f, err := d.load(ctx, name)
	return f.zone, err
}

// Apply implements provider.Provider. The file is replaced whole: either all
// changes are done or none is.
func (d *Dir) Apply(ctx context.Context, plan zone.Plan) error {
	return d.locked(ctx, func() error {
		f, err := d.loadOwn(ctx, plan.Zone)
		if err != nil {
			return err
		}
		if err := stale(f.zone, plan); err != nil {
			return err
		}
		next := f.zone.Apply(plan)
		return d.write(authority.WithSerial(next, zone.NextSerial(f.zone.Serial(), next.Serial())))
	})
}

// stale finds changes whose old half is no longer live.
func stale(live *zone.Zone, plan zone.Plan) error {
	var ae provider.ApplyError
	for i, c := range plan.Changes {
		is, _ := live.Get(c.Key())
		if !zone.Diff(only(live, is), only(live, c.Old)).Empty() {
			ae.Failed = append(ae.Failed, provider.ChangeError{Index: i, Err: &provider.ConflictError{Key: c.Key()}})
		}
	}
	if ae.Failed != nil {
		return &ae
	}
	return nil
}

// only is a zone of one set, or none.
func only(z *zone.Zone, s zone.RRset) *zone.Zone {
	one, _ := zone.New(z.Name(), s.Records()...)
	return one
}

// CreateZone implements provider.Creator: it writes the file at once.
func (d *Dir) CreateZone(ctx context.Context, want *zone.Zone) ([]zone.Name, error) {
	return nil, d.locked(ctx, func() error {
		_, err := d.load(ctx, want.Name())
		switch {
		case err == nil:
			return fmt.Errorf("zone %s: %w", want.Name(), provider.ErrZoneExists)
		case !errors.Is(err, provider.ErrNoZone):
			return err
		}
		want := d.withAuthority(nil, want) // an SOA that the source has spoilt is made up for
		return d.write(authority.WithSerial(want, max(want.Serial(), 1)))
	})
}

// DeleteZone implements provider.Creator.
func (d *Dir) DeleteZone(ctx context.Context, name zone.Name) error {
	return d.locked(ctx, func() error {
		if _, err := d.loadOwn(ctx, name); err != nil {
			return err
		}
		if err := d.mark(name); err != nil {
			return err
		}
		return durable.Remove(d.file(name))
	})
}

// Zones implements provider.Lister: all files, whoever they belong to.
func (d *Dir) Zones(ctx context.Context) iter.Seq2[zone.Name, error] {
	return func(yield func(zone.Name, error) bool) {
		entries, err := os.ReadDir(d.Path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield("", err)
			return
		}
		for _, e := range entries {
			name, ok := zoneOf(e.Name())
			if ok && !yield(name, ctx.Err()) {
				return
			}
		}
	}
}

// stranger is the owner of a file that does not say whose it is.
const stranger = "whoever wrote a file without an owner"

// Owner implements provider.Owner: who the first line of the file names. A file
// without such a line is somebody's, too.
func (d *Dir) Owner(ctx context.Context, name zone.Name) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	f, err := os.Open(d.file(name))
	if err != nil {
		return "", noZone(err)
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	return cmp.Or(ownerOf(string(head[:n])), stranger), nil
}

// Claim implements provider.Owner. A file gets its owner when it is made; that
// of somebody else is not taken.
func (d *Dir) Claim(ctx context.Context, name zone.Name, owner string) error {
	if owner != d.id() {
		return fmt.Errorf("zone %s: the folder writes files of %q, not of %q", name, d.id(), owner)
	}
	_, err := d.loadOwn(ctx, name)
	return err
}

func (d *Dir) id() string {
	if d.ID == "" {
		return "zonecast"
	}
	return d.ID
}

func (d *Dir) file(name zone.Name) string { return filepath.Join(d.Path, fileOf(name)) }

// fileOf is the name of a zone's file. What not every file system takes, and what
// could lead out of the folder, is written as %xx.
func fileOf(name zone.Name) string {
	text := strings.TrimSuffix(string(name), ".")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; isSafe(c) && !(i == 0 && c == '.') {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String() + suffix
}

func isSafe(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}

// zoneOf is the inverse of fileOf; other files are no zones.
func zoneOf(file string) (zone.Name, bool) {
	text, ok := strings.CutSuffix(file, suffix)
	if !ok || strings.HasPrefix(file, ".") {
		return "", false
	}
	text, err := url.PathUnescape(text)
	if err != nil {
		return "", false
	}
	name, err := zone.ParseName(text)
	return name, err == nil && fileOf(name) == file
}
