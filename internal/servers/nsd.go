package servers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// NSD starts an NSD that is primary for the zones of the setup. Its keys may transfer
// them; nobody can update them, which it does not know. The settings are lines for
// its server block.
func NSD(t testing.TB, setup Setup) *NameServer {
	t.Helper()
	needDig(t, "nsd", "nsd-control")
	dir := folder(t, "NSD")
	s := newNameServer(&Process{Software: "NSD", Dir: dir, argv: []string{"nsd", "-d", "-c", filepath.Join(dir, "nsd.conf")}})
	port := FreePort(t)
	s.Addr = at(port)
	s.control = func(args ...string) []string {
		return append([]string{"nsd-control", "-c", filepath.Join(dir, "nsd.conf")}, args...)
	}
	s.fill = func(t testing.TB, z *zone.Zone, text string) {
		write(t, dir, fileOf(z.Name()), text)
		s.Control(t, "reload", plain(z.Name()))
	}
	s.ready = s.answers(setup.Zones)

	var conf strings.Builder
	fmt.Fprintf(&conf, nsdConf, port, dir, setup.Settings)
	for _, k := range append(s.keys(), s.Stranger) {
		fmt.Fprintf(&conf, "key:\n  name: %q\n  algorithm: %s\n  secret: %q\n", plain(zone.Name(k.Name)), k.Algorithm, k.Secret)
	}
	for _, z := range setup.Zones {
		write(t, dir, fileOf(z.Name()), z.String())
		fmt.Fprintf(&conf, "zone:\n  name: %q\n  zonefile: %q\n", plain(z.Name()), fileOf(z.Name()))
		for _, k := range s.keys() {
			fmt.Fprintf(&conf, "  provide-xfr: 127.0.0.1 %s\n", plain(zone.Name(k.Name)))
		}
		key := plain(zone.Name(s.Key.Name))
		if setup.Open {
			conf.WriteString("  provide-xfr: 127.0.0.1 NOKEY\n")
			key = "NOKEY"
		}
		conf.WriteString(setup.told("  notify: %s@%s " + key + "\n"))
	}
	write(t, dir, "nsd.conf", conf.String())
	s.run(t, setup.Later)
	return s
}

const nsdConf = `server:
  ip-address: 127.0.0.1@%[1]d
  zonesdir: %[2]q
  pidfile: "%[2]s/pid"
  xfrdfile: "%[2]s/xfrd.state"
  zonelistfile: "%[2]s/zone.list"
  cookie-secret-file: "%[2]s/cookies"
  xfrdir: %[2]q
  database: ""
  username: ""
  server-count: 1
  tcp-count: 500
%[3]s
remote-control:
  control-enable: yes
  control-interface: "%[2]s/sock"
`
