package engine_test

import (
	"errors"
	"slices"
	"time"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A service is a provider with the weather of its storm.
type service struct {
	provider.Memory
	*storm
	name    string
	foreign map[zone.Name]*zone.Zone
	past    map[zone.Name]past
	blind   bool // it takes what it is given, whatever is there
}

func newService(s *storm, name string) *service {
	svc := &service{storm: s, name: name, foreign: map[zone.Name]*zone.Zone{}, past: map[zone.Name]past{}, blind: s.draw(2) == 0}
	svc.OwnServers = ownServers()
	svc.Put(zoneOf(s.t, reverse, "@ 300 NS ns1.example.net."))
	svc.Fault = func(_ string, at provider.Point) error { return svc.weather(at.Zone) }
	svc.Lose = func(step string, at provider.Point) error {
		if step != "read" {
			s.note(name, at.Zone, "%s %v -> %v", step, at.Change.Old, at.Change.New)
		}
		if z := svc.Get(at.Zone); z != nil && len(z.Conflicts()) > 0 {
			s.t.Errorf("unsafe moment: %s", z)
		}
		svc.lame()
		switch step {
		case "delete": // takes away whatever came a moment before
			s.mu.Lock()
			delete(svc.foreign, at.Zone)
			s.mu.Unlock()
		case "read":
			return nil
		}
		if svc.roll(lane(name, at.Zone), 100) { // so long that whoever asked is gone
			time.Sleep(time.Minute)
		}
		return svc.weather(at.Zone)
	}
	return svc
}

// lame sees to it that the upper zone names no server of a lower one that is not there.
func (svc *service) lame() {
	k := zone.Key{Name: lower, Type: zone.NS}
	says, _ := svc.Get(upper).Get(k)
	has, _ := svc.Get(lower).Get(k)
	if says.Name != "" && !slices.Equal(says.Data, []string{plesks}) && !slices.Equal(says.Data, has.Data) {
		svc.t.Errorf("%s delegates to %s, which has %s\n%s\n%s", upper, says.Data, has.Data, tale{svc.storm, svc.name, upper}, tale{svc.storm, svc.name, lower})
	}
}

// A past is what a zone was before it was written to last.
type past struct {
	*zone.Zone
	until time.Time // as long as reads may show it
}

func (svc *service) remember(name zone.Name) {
	z := svc.Get(name)
	svc.storm.mu.Lock()
	defer svc.storm.mu.Unlock()
	svc.past[name] = past{z, time.Now().Add(20 * time.Second)}
}

func (svc *service) stale(name zone.Name) *zone.Zone {
	svc.storm.mu.Lock()
	defer svc.storm.mu.Unlock()
	if p := svc.past[name]; time.Now().Before(p.until) {
		return p.Zone
	}
	return nil
}

var errWeather = errors.New("no answer")

func (svc *service) weather(name zone.Name) error {
	lane := lane(svc.name, name)
	time.Sleep(svc.moment(lane, 200*time.Millisecond))
	switch {
	case svc.roll(lane, 30):
		return errWeather
	case svc.roll(lane, 60):
		return &provider.ServiceError{Kind: provider.KindThrottled, RetryAfter: svc.moment(lane, 20*time.Second), Err: errWeather}
	}
	return nil
}
