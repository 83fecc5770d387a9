package secondary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zonecast/zonecast/zone"
)

// Statistics is the statistics channel of a BIND, which knows its zones and their
// serials: one question takes the place of one for each zone.
type Statistics struct {
	URL   string       // as http://192.0.2.53:8053; /json/v1/zones is added where it has no path
	Types []string     // of zones; none: primary, or master as it was called
	Views []string     // none: all but the one of BIND's own
	HTTP  *http.Client // nil: one that waits for half a minute
}

const mostStatistics = 256 << 20 // octets

// Zones implements List.
func (s Statistics) Zones(ctx context.Context) ([]Entry, error) {
	url := strings.TrimSuffix(s.URL, "/")
	if strings.Count(url, "/") == 2 {
		url += "/json/v1/zones"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	client := s.HTTP
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, res.Status)
	}
	entries, err := s.read(io.LimitReader(res.Body, mostStatistics))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	return entries, nil
}

// statisticsZone is a zone of the channel. A zone that is not loaded has no serial.
type statisticsZone struct {
	Name, Class, Type string
	Serial            *uint32
}

var errNoViews = errors.New("is no statistics of BIND: it has no views")

// read reads what the channel says, whole.
func (s Statistics) read(r io.Reader) ([]Entry, error) {
	var doc struct {
		Views map[string]struct{ Zones []statisticsZone }
	}
	d := json.NewDecoder(r)
	if err := d.Decode(&doc); err != nil {
		return nil, err
	}
	if doc.Views == nil {
		return nil, errNoViews
	}
	types := s.Types
	if len(types) == 0 {
		types = []string{"primary", "master"}
	}
	found := map[zone.Name]Entry{}
	for view, v := range doc.Views {
		if view == "_bind" || len(s.Views) > 0 && !slices.Contains(s.Views, view) {
			continue
		}
		for _, z := range v.Zones {
			if z.Class != "IN" || !slices.Contains(types, z.Type) {
				continue
			}
			if err := take(found, z); err != nil {
				return nil, err
			}
		}
	}
	return sorted(found)
}

// take takes a zone in. Of one that several views have with different serials the
// list does not know which is ours.
func take(found map[zone.Name]Entry, z statisticsZone) error {
	name, err := zone.ParseName(z.Name)
	if err != nil {
		return err
	}
	if slices.Contains(everywhere, name) {
		return nil
	}
	if name, err = listed(z.Name); err != nil {
		return err
	}
	if was, ok := found[name]; ok && (was.Serial == nil || z.Serial == nil || *was.Serial != *z.Serial) {
		z.Serial = nil
	}
	found[name] = Entry{Name: name, Serial: z.Serial}
	return nil
}

func sorted(found map[zone.Name]Entry) ([]Entry, error) {
	if len(found) == 0 {
		return nil, errEmptyList
	}
	entries := make([]Entry, 0, len(found))
	for _, e := range found {
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return zone.Compare(a.Name, b.Name) })
	return entries, nil
}
