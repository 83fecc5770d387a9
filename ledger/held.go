package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// Held is a plan that awaits approval.
type Held struct {
	Target string
	Name   zone.Name // of the queue
	Plan   zone.Plan
}

// held gives the plans that await approval, at one target or with "" at all.
func held(ctx context.Context, tx *transaction, target string) (list []Held, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT target, name, held FROM zone WHERE held_digest <> '' AND ? IN ('', target) ORDER BY target, name`, target)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Held
		var name string
		var body []byte
		if err := rows.Scan(&h.Target, &name, &body); err != nil {
			return nil, err
		}
		h.Name = zone.Name(name)
		if err := json.Unmarshal(body, &h.Plan); err != nil {
			return nil, fmt.Errorf("%s at %s: %w", name, h.Target, err)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}
