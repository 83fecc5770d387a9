package powerdns

import (
	"fmt"
	"strings"

	"github.com/zonecast/zonecast/drivers/internal/pdns"
	"github.com/zonecast/zonecast/zone"
)

// refuses says what the API does not take although PowerDNS could serve it: owners
// with other characters than those of usual names, and servers that are no hosts.
func refuses(s zone.RRset) error {
	owner := strings.TrimPrefix(string(s.Name), "*.")
	if i := strings.IndexFunc(owner, unusual); i >= 0 {
		return fmt.Errorf("the API of PowerDNS takes no names with %q", owner[i])
	}
	for _, data := range s.Data {
		for _, n := range pdns.NamesIn(s.Type, data) {
			if err := refusesName(s.Type, n); err != nil {
				return err
			}
		}
	}
	return nil
}

func unusual(c rune) bool {
	return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '/' || c == '.' || c == '-')
}

// refusesName judges a name in data.
func refusesName(t zone.Type, n zone.Name) error {
	isServer := t == zone.NS || t == zone.MX || t == zone.SRV
	switch {
	case n == zone.Root && t != zone.NS:
		return nil
	case isServer && !isHost(n):
		return fmt.Errorf("the API of PowerDNS takes only names of hosts here, and %s is none", n)
	case strings.ContainsAny(strings.NewReplacer(`\\`, "", `\.`, "").Replace(string(n)), `\`):
		return fmt.Errorf("the API of PowerDNS gives back a name as %s in a form that cannot be read", n)
	}
	return nil
}

// isHost holds for names whose labels are letters, digits and inner hyphens.
func isHost(n zone.Name) bool {
	for label := range strings.SplitSeq(strings.TrimSuffix(string(n), "."), ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsAny(label, "_/") || strings.ContainsFunc(label, unusual) {
			return false
		}
	}
	return true
}
