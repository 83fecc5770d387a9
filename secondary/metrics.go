package secondary

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A metric is one as Prometheus reads it (its text format, version 0.0.4).
type metric struct {
	name, kind, help string
	values           func(s *Secondary, emit func(labels string, value float64))
}

var metrics = []metric{
	{"zones", "gauge", "Zones that are followed, by how they stand.", func(s *Secondary, emit func(string, float64)) {
		counts := s.Status().Counts
		for _, c := range []Condition{Fresh, Waiting, Stale, Expired, Suspect, Gone, Signed} {
			emit(label("condition", string(c)), float64(counts[string(c)]))
		}
	}},
	{"list_readable", "gauge", "1 if the list of zones could be read when it was last tried.", func(s *Secondary, emit func(string, float64)) {
		emit("", flag(s.Status().ListError == ""))
	}},
	{"list_read_timestamp_seconds", "gauge", "When the list of zones could last be read.", func(s *Secondary, emit func(string, float64)) {
		if at := s.Status().Listed; !at.IsZero() {
			emit("", float64(at.UnixMilli())/1000)
		}
	}},
	{"removals_held", "gauge", "1 if the list has lost too many zones for any to be removed.", func(s *Secondary, emit func(string, float64)) {
		emit("", flag(s.Status().Held != ""))
	}},
	{"primary_up", "gauge", "1 unless the primary is left alone for a while.", func(s *Secondary, emit func(string, float64)) {
		for _, p := range s.Status().Primaries {
			emit(label("primary", p.Address), flag(p.Reason == ""))
		}
	}},
	{"transfers_total", "counter", "Transfers that came whole.", func(s *Secondary, emit func(string, float64)) {
		if r := s.working.Load(); r != nil {
			emit(label("kind", "axfr"), float64(r.counts.transfers.Load()))
			emit(label("kind", "ixfr"), float64(r.counts.differences.Load()))
		}
	}},
	{"transfer_failures_total", "counter", "Transfers that did not.", func(s *Secondary, emit func(string, float64)) {
		if r := s.working.Load(); r != nil {
			emit("", float64(r.counts.failures.Load()))
		}
	}},
	{"transfer_octets_total", "counter", "Octets of the messages of transfers.", func(s *Secondary, emit func(string, float64)) {
		if r := s.working.Load(); r != nil {
			emit("", float64(r.counts.octets.Load()))
		}
	}},
	{"notifications_total", "counter", "Notifications that were heard or turned away.", func(s *Secondary, emit func(string, float64)) {
		if r := s.working.Load(); r != nil {
			emit(label("heard", "true"), float64(r.counts.notifies.Load()))
			emit(label("heard", "false"), float64(r.counts.strangers.Load()))
		}
	}},
}

func flag(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

var inLabel = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func label(name, value string) string { return name + `="` + inLabel.Replace(value) + `"` }

func writeMetrics(w http.ResponseWriter, sources []*Secondary) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	for _, m := range metrics {
		name := "zonecast_secondary_" + m.name
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, m.help, name, m.kind)
		for _, s := range sources {
			m.values(s, func(labels string, value float64) {
				all := label("source", s.Name)
				if labels != "" {
					all += "," + labels
				}
				io.WriteString(w, name+"{"+all+"} "+strconv.FormatFloat(value, 'f', -1, 64)+"\n")
			})
		}
	}
}

func writeReady(w http.ResponseWriter, sources []*Secondary) {
	code := http.StatusOK
	status := make([]Status, len(sources))
	for i, s := range sources {
		if status[i] = s.Status(); !status[i].Ready {
			code = http.StatusServiceUnavailable
		}
	}
	writeJSON(w, code, status)
}

func writeZones(w http.ResponseWriter, sources []*Secondary) {
	zones := []ZoneStatus{}
	for _, s := range sources {
		zones = append(zones, s.Zones()...)
	}
	writeJSON(w, http.StatusOK, zones)
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(v)
}
