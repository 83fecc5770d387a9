package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zonecast/zonecast/zone"
)

// The kinds of wish, as the journal has them.
const (
	kindReplace = "replace"
	kindRemove  = "remove"
	kindPatch   = "patch"
	kindDiffers = "difference"
	kindNone    = "none"
)

// encodeWish gives the kind and the content of a wish.
func (l *Ledger) encodeWish(ctx context.Context, tx *transaction, name zone.Name, w zone.Wish) (kind string, body []byte, err error) {
	switch w := w.(type) {
	case zone.Replace:
		body, err = l.column(ctx, tx, name, w.Zone)
		return kindReplace, body, err
	case zone.Remove:
		return kindRemove, nil, nil
	case zone.Patch:
		if kind = kindPatch; w.IsDifference() {
			kind = kindDiffers
		}
		body, err = json.Marshal(w)
		return kind, body, err
	case nil:
		return kindNone, nil, nil
	}
	return "", nil, fmt.Errorf("wish of an unknown kind: %T", w)
}

// decodeWish is the inverse of encodeWish. No result may be open.
func (l *Ledger) decodeWish(ctx context.Context, name zone.Name, kind string, body []byte) (zone.Wish, error) {
	switch kind {
	case kindReplace:
		z, err := l.zoneOf(ctx, name, body)
		return zone.Replace{Zone: z}, err
	case kindRemove:
		return zone.Remove{}, nil
	case kindPatch, kindDiffers:
		var p zone.Patch
		return p, json.Unmarshal(body, &p)
	case kindNone:
		return nil, nil
	}
	return nil, fmt.Errorf("the ledger has a wish of the kind %q, which this version does not know", kind)
}
