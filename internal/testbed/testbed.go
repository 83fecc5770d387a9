// Package testbed is what tests share that run other programs.
package testbed

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Need skips a test that cannot do without a program which this machine does not
// have. On the machine that decides (CI is set) a program may not be missing.
func Need(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("there is no %s on this machine, and CI has to have it", p)
		}
		t.Skipf("there is no %s on this machine", p)
	}
}

// NeedRoot skips a test that only root can set the stage for.
func NeedRoot(t testing.TB) {
	t.Helper()
	if os.Getuid() == 0 {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("CI has to run as root")
	}
	t.Skip("only root can set the stage")
}

// Nobody is a user that owns nothing.
const Nobody = 65534

// Build makes the program of the test's package, in a folder that everybody can
// read.
func Build(t testing.TB) (program, dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "zonecast")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program = filepath.Join(dir, "program")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program, dir
}

// Panel is what a panel has in the zone of a small customer: 15 records.
const Panel = `
	@ 86400 SOA ns1.panel.example. hostmaster 1 2 3 4 5
	@ 86400 NS ns1.panel.example.
	@ 86400 NS ns2.panel.example.
	@ 86400 A 192.0.2.1
	@ 86400 AAAA 2001:db8::1
	www 86400 CNAME @
	mail 86400 A 192.0.2.1
	ftp 86400 CNAME @
	webmail 86400 A 192.0.2.1
	@ 86400 MX 10 mail
	@ 86400 TXT "v=spf1 +a +mx -all"
	_dmarc 86400 TXT "v=DMARC1; p=none"
	default._domainkey 86400 TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
	_imaps._tcp 86400 SRV 0 0 993 mail
	_smtps._tcp 86400 SRV 0 0 465 mail
`
