package servers

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// BIND starts a BIND 9 that is primary for the zones of the setup. Its keys may
// transfer and update them. The settings are lines for its options block.
func BIND(t testing.TB, setup Setup) *NameServer {
	t.Helper()
	needDig(t, "named", "rndc")
	dir := folder(t, "BIND")
	s := newNameServer(&Process{Software: "BIND", Dir: dir, argv: []string{"named", "-c", "named.conf", "-f", "-g", "-n", "2"}})
	setup.Follows.share(s)
	port, tlsPort, control := FreePort(t), FreePort(t), FreePort(t)
	s.Addr, s.TLS = at(port), at(tlsPort)
	s.CA = certificate(t, dir)
	s.control = func(args ...string) []string {
		return append([]string{"rndc", "-s", "127.0.0.1", "-p", strconv.Itoa(control), "-k", filepath.Join(dir, "rndc.key")}, args...)
	}
	s.fill = s.thaw
	s.ready = s.answers(setup.Zones)

	rndc := newKey("rndc", "hmac-sha256")
	write(t, dir, "rndc.key", bindKey(rndc))
	var conf strings.Builder
	fmt.Fprintf(&conf, bindConf, dir, port, tlsPort, s.bindNotify(setup), map[bool]string{true: "127.0.0.1; "}[setup.Open]+s.bindKeys(), s.bindKeys(), setup.Settings, control)
	for _, a := range Algorithms {
		conf.WriteString(bindKey(s.Keys[a]))
	}
	conf.WriteString(bindKey(s.Stranger) + bindKey(rndc))
	for _, z := range setup.Zones {
		write(t, dir, fileOf(z.Name()), z.String())
		fmt.Fprintf(&conf, "zone %q { type primary; file %q; };\n", plain(z.Name()), fileOf(z.Name()))
	}
	conf.WriteString(setup.Follows.bind())
	write(t, dir, "named.conf", conf.String())
	s.run(t, setup.Later)
	return s
}

// bindConf is BIND's stock configuration but for where things are, who may do
// what, and how quickly many connections are taken.
const bindConf = `
tls xot { cert-file "cert.pem"; key-file "key.pem"; protocols { TLSv1.3; }; };
options {
	directory %q; pid-file none; session-keyfile none; managed-keys-directory ".";
	listen-on port %d { 127.0.0.1; };
	listen-on port %d tls xot { 127.0.0.1; };
	listen-on-v6 { none; };
	recursion no; dnssec-validation no; %s
	allow-transfer { %s };
	allow-update { %s };
	tcp-listen-queue 512; tcp-clients 1000; transfers-out 200;
	%s
};
controls { inet 127.0.0.1 port %d allow { 127.0.0.1; } keys { rndc; }; };
`

func bindKey(k Key) string {
	return fmt.Sprintf("key %q { algorithm %s; secret %q; };\n", k.Name, k.Algorithm, k.Secret)
}

func (s *NameServer) bindKeys() string {
	var b strings.Builder
	for _, a := range Algorithms {
		fmt.Fprintf(&b, "key %q; ", s.Keys[a].Name)
	}
	return b.String()
}

// bindNotify says who is notified, at once.
func (s *NameServer) bindNotify(setup Setup) string {
	switch {
	case strings.Contains(setup.Settings, "notify "):
		return "" // or it would be said twice
	case setup.Notify == "":
		return "notify no;"
	}
	key := ""
	if !setup.Open {
		key = " key " + s.Key.Name
	}
	return "notify explicit; notify-delay 0; also-notify { " + setup.told("%s port %s"+key) + "; };"
}

// thaw puts a file in the place of a dynamic zone.
func (s *NameServer) thaw(t testing.TB, z *zone.Zone, text string) {
	t.Helper()
	name := plain(z.Name())
	s.Control(t, "freeze", name)
	os.Remove(filepath.Join(s.Dir, fileOf(z.Name())+".jnl"))
	write(t, s.Dir, fileOf(z.Name()), text)
	s.Control(t, "thaw", name)
}
