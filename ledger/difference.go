package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A difference stands in the journal as it came. It leads from what was wished of its zone
// before, which the ledger has; whose turn it is is told the zone that it leads to.

// mostWaiting is how many differences may wait for their turn. Then the whole zone is
// wanted, which takes their place.
const mostWaiting = 50

// follows notes that a difference was accepted, or gives provider.ErrGap where it does
// not lead from what its source wished last.
func (a acceptor) follows(e provider.Entry, p zone.Patch) error {
	var serial int64
	var kind, source string
	var waiting int
	err := a.tx.QueryRowContext(a.ctx, `SELECT serial, coalesce(last.kind, wish_kind), coalesce(last.source, zone.source),
			(SELECT count(*) FROM intent WHERE target = ?1 AND queue = ?2 AND kind = '`+kindDiffers+`')
		FROM zone LEFT JOIN (SELECT kind, source FROM intent WHERE target = ?1 AND queue = ?2 AND kind <> '`+kindPatch+`' ORDER BY id DESC LIMIT 1) AS last
		WHERE target = ?1 AND name = ?2`, e.Target, string(e.Queue)).Scan(&serial, &kind, &source, &waiting)
	switch {
	case err == sql.ErrNoRows:
		return provider.ErrGap
	case err != nil:
		return err
	case kind != kindReplace && kind != kindDiffers, uint32(serial) != p.From, source != e.Intent.Source, waiting >= mostWaiting:
		return provider.ErrGap
	}
	return a.exec(`UPDATE zone SET serial = ?, accepted_at = `+a.now()+`, approved = '' WHERE target = ? AND name = ?`, int64(p.To), e.Target, string(e.Queue))
}

// leads reports whether a difference waits that leads from what was wished last.
func (l *Ledger) leads(ctx context.Context, tx *transaction, own lease) (yes bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM intent WHERE target = ? AND queue = ? AND kind = '`+kindDiffers+`')`, own.target, own.name).Scan(&yes)
	return yes, err
}

// onto makes a difference the zone that it leads to. Like a Replace it takes the place of
// what stands before it, of which what there was to say stays.
func (l *Ledger) onto(ctx context.Context, target string, before []zone.Intent, in zone.Intent) ([]zone.Intent, error) {
	p := in.Wish.(zone.Patch)
	var from *zone.Zone
	for _, b := range before {
		if r, ok := b.Wish.(zone.Replace); ok {
			from, in.Findings = r.Zone, append(b.Findings, in.Findings...)
		}
	}
	if from == nil {
		w, _, err := l.Wish(ctx, target, in.Zone)
		if err != nil {
			return nil, err
		}
		if r, ok := w.(zone.Replace); ok {
			from = r.Zone
		}
	}
	if from == nil || from.Serial() != p.From {
		return nil, provider.ErrGap
	}
	to, err := from.Patch(p)
	if err == nil && to.Serial() != p.To {
		err = fmt.Errorf("the difference leads to serial %d, and not to %d", to.Serial(), p.To)
	}
	in.Wish = zone.Replace{Zone: to}
	return []zone.Intent{in}, err
}
