package servers

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// Knot starts a Knot DNS that is primary for the zones of the setup. Its keys may
// transfer and update them. The settings are lines for its template of zones.
func Knot(t testing.TB, setup Setup) *NameServer {
	t.Helper()
	needDig(t, "knotd", "knotc")
	dir := folder(t, "Knot")
	s := newNameServer(&Process{Software: "Knot", Dir: dir, argv: []string{"knotd", "-c", "knot.conf"}})
	setup.Follows.share(s)
	port := FreePort(t)
	s.Addr = at(port)
	s.control = func(args ...string) []string {
		return append([]string{"knotc", "-b", "-s", filepath.Join(dir, "knot.sock")}, args...)
	}
	s.fill = s.reload
	s.ready = s.answers(setup.Zones)

	var conf strings.Builder
	fmt.Fprintf(&conf, "server:\n    rundir: %q\n    listen: 127.0.0.1@%d\n    tcp-max-clients: 500\n", dir, port)
	fmt.Fprintf(&conf, "database:\n    storage: %q\nlog:\n  - target: stderr\n    any: info\nkey:\n", dir)
	var ids []string
	for _, a := range Algorithms {
		conf.WriteString(knotKey(s.Keys[a]))
		ids = append(ids, plain(zone.Name(s.Keys[a].Name)))
	}
	conf.WriteString(knotKey(s.Stranger) + setup.Follows.knotRemote())
	conf.WriteString(setup.told("remote:\n  - id: told\n    address: %s@%s\n") + map[bool]string{true: "    key: " + ids[0] + "\n"}[setup.Notify != "" && !setup.Open])
	fmt.Fprintf(&conf, "acl:\n  - id: ours\n    key: [%s]\n    action: [transfer, update]\n", strings.Join(ids, ", "))
	conf.WriteString("  - id: open\n    address: 127.0.0.1\n    action: transfer\n")
	fmt.Fprintf(&conf, knotTemplate, dir, map[bool]string{true: ", open"}[setup.Open], map[bool]string{true: "notify: told"}[setup.Notify != ""], setup.Settings)
	for _, z := range setup.Zones {
		write(t, dir, fileOf(z.Name()), z.String())
		fmt.Fprintf(&conf, "  - domain: %q\n    file: %q\n", z.Name(), fileOf(z.Name()))
	}
	conf.WriteString(setup.Follows.knot())
	write(t, dir, "knot.conf", conf.String())
	s.run(t, setup.Later)
	return s
}

const knotTemplate = `template:
  - id: default
    storage: %q
    acl: [ours%s]
    %s
    zonefile-sync: 0
    zonefile-load: difference
    %s
zone:
`

func knotKey(k Key) string {
	return fmt.Sprintf("  - id: %q\n    algorithm: %s\n    secret: %q\n", plain(zone.Name(k.Name)), k.Algorithm, k.Secret)
}

// reload puts another file in the place of a zone's.
func (s *NameServer) reload(t testing.TB, z *zone.Zone, text string) {
	t.Helper()
	write(t, s.Dir, fileOf(z.Name()), text)
	s.Control(t, "zone-reload", plain(z.Name()))
}
