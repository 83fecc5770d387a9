package ledger

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/zonecast/zonecast/zone"
)

// A repair is a set of ours that was put back after somebody had changed it.
type repair struct {
	zone.Key
	At float64 `json:"at"`
}

const day = 24 * 60 * 60.0

// repair notes what was put back, and forgets what was longer ago than a day.
func (l *Ledger) repair(ctx context.Context, tx *transaction, own lease, keys []zone.Key) error {
	if len(keys) == 0 {
		return nil
	}
	var body []byte
	var now float64
	if err := tx.QueryRowContext(ctx, `SELECT repairs, `+l.now()+` FROM zone WHERE target = ? AND name = ?`, own.target, own.name).Scan(&body, &now); err != nil {
		return err
	}
	list, err := repairsSince(body, now-day)
	if err != nil {
		return err
	}
	for _, k := range keys {
		list = append(list, repair{k, now})
	}
	if body, err = json.Marshal(list); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE zone SET repairs = ? WHERE target = ? AND name = ?`, body, own.target, own.name)
	return err
}

// repairsSince reads the repairs of a zone that are not too old.
func repairsSince(body []byte, since float64) (list []repair, err error) {
	if body != nil {
		err = json.Unmarshal(body, &list)
	}
	return slices.DeleteFunc(list, func(r repair) bool { return r.At < since }), err
}

// countRepairs says how often each set was put back in the last day.
func countRepairs(body []byte, now float64) (map[zone.Key]int, error) {
	list, err := repairsSince(body, now-day)
	if len(list) == 0 {
		return nil, err
	}
	n := map[zone.Key]int{}
	for _, r := range list {
		n[r.Key]++
	}
	return n, err
}
