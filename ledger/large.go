package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"

	"github.com/zonecast/zonecast/zone"
)

// A zone of many records takes long to read from its text, and whoever works on it
// meets the same text several times: as a wish, as what was written, as what is
// stored. Those met last are known by their digest. A zone is a value, so nobody
// can tell.

const (
	largeText = 1 << 20  // octets from which on a text is worth its digest: some 10,000 records
	mostText  = 48 << 20 // octets of all texts whose zones are kept: some 150 MB of memory
)

// known has the large zones that were met last, the latest at the end.
type known struct {
	mu    sync.Mutex
	zones []knownZone
}

type knownZone struct {
	sum    [sha256.Size]byte
	octets int
	zone   *zone.Zone
}

// read reads a zone; no bytes are no zone.
func (k *known) read(b []byte) (*zone.Zone, error) {
	if b == nil {
		return nil, nil
	}
	if len(b) < largeText {
		var z zone.Zone
		return &z, json.Unmarshal(b, &z)
	}
	sum := sha256.Sum256(b)
	if z := k.find(sum); z != nil {
		return z, nil
	}
	var z zone.Zone
	if err := json.Unmarshal(b, &z); err != nil {
		return nil, err
	}
	k.keep(knownZone{sum, len(b), &z})
	return &z, nil
}

// text is the inverse of read, for zones.
func (k *known) text(z *zone.Zone) ([]byte, error) {
	b, err := z.MarshalJSON()
	if err == nil && len(b) >= largeText {
		k.keep(knownZone{sha256.Sum256(b), len(b), z})
	}
	return b, err
}

func (k *known) find(sum [sha256.Size]byte) *zone.Zone {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.zones, func(z knownZone) bool { return z.sum == sum })
	if i < 0 {
		return nil
	}
	z := k.zones[i]
	k.zones = append(slices.Delete(k.zones, i, i+1), z)
	return z.zone
}

// keep makes a zone the latest, and lets go of those that there is no room for.
func (k *known) keep(z knownZone) {
	if z.octets > mostText {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.zones = slices.DeleteFunc(k.zones, func(o knownZone) bool { return o.sum == z.sum })
	k.zones = append(k.zones, z)
	room, from := mostText, len(k.zones)
	for from > 0 && room >= k.zones[from-1].octets {
		from--
		room -= k.zones[from].octets
	}
	k.zones = slices.Delete(k.zones, 0, from)
}
