package zonefile_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/zonecast/zonecast/drivers/zonefile"
	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// What a careless user could put into a panel, or a primary into a transfer.
var (
	someNames = []string{"@", "@", "www", "a", "b.a", "ns.a", "ns", "*", "*.a", "_x._tcp", "under_score", "d", "x.d", "deep.er.a", `odd\.dot`, `\200x`, "-h"}
	someData  = map[zone.Type][]string{
		"A": {"192.0.2.1", "192.0.2.2"}, "AAAA": {"2001:db8::1", "::ffff:192.0.2.1"},
		"NS":    {"ns1.example.net.", "ns.example.com.", "ns.a.example.com.", "a.example.com.", "x.d.example.com.", "under_score.example.com.", "deep.b.a.example.com.", "."},
		"CNAME": {"www.example.com.", "_a.example.net."}, "DNAME": {"example.net."},
		"MX":  {"0 .", "10 www.example.com.", "10 under_score.example.com.", "10 192.0.2.1."},
		"TXT": {`""`, `"a \" b ; ( \\"`, `"\200\000\255"`, `"` + strings.Repeat("x", 255) + `" "y"`, strings.Repeat(`"`+strings.Repeat("z", 255)+`" `, 250), strings.Repeat(`"`+strings.Repeat("z", 255)+`" `, 255)},
		"SRV": {"0 0 0 .", "1 2 3 www.example.com."},
		"CAA": {`0 issue ""`, `128 iodef "mailto:a@b"`, `0 ISSUE "x"`, `0 averyverylongtag1 "x"`},
		"DS":  {"1 8 2 " + strings.Repeat("ab", 32), "1 8 1 ab", "1 8 3 " + strings.Repeat("ab", 32), "1 250 4 " + strings.Repeat("ab", 48)},
		"CDS": {"0 0 0 00", "1 8 2 " + strings.Repeat("ab", 32)}, "CDNSKEY": {"0 3 0 AA==", "257 3 8 AwEAAQ=="},
		"DNSKEY": {"256 3 8 AwEAAQ==", "257 3 13 AAAA"},
		"TLSA":   {"3 1 1 ab", "3 1 1"}, "SMIMEA": {"3 1 1 abab"}, "OPENPGPKEY": {"AAAA"},
		"SSHFP": {"1 1 " + strings.Repeat("ab", 20), "1 1 ab", "99 99 ab"},
		"HTTPS": {"0 .", "0 a. alpn=h2", "1 . alpn=h2,h3 port=443 ipv4hint=192.0.2.1 ech=AAAA", "1 . mandatory=port", `1 . key9="a b\";\\"`, "1 . key9", "1 . no-default-alpn", `1 . alpn="h2\\,x"`},
		"SVCB":  {"1 www.example.com. port=8443 key65000=x", "16 ."},
		"NAPTR": {`1 1 "u" "s" "!a!b!" .`, `1 1 "u" "s" "![!b!" .`, `1 1 "u" "s" "!(a)!\\2!" .`, `1 1 "" "" "" a.example.net.`, `1 1 "u" "s" "!^.*$!sip:a@b!i" .`, `1 1 "u" "s" "nonsense" .`},
		"LOC":   {"52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"}, "URI": {`1 2 "https://a/"`}, "HINFO": {`"a" "b c"`}, "RP": {"a.b. ."},
		"PTR": {"www.example.com."}, "SPF": {`"v=spf1 -all"`},
		"TYPE18": {`\# 5 0001016100`}, "TYPE108": {`\# 6 abcdefabcdef`, `\# 1 ab`}, "TYPE3": {`\# 3 016100`}, "TYPE1000": {`\# 2 abcd`}, "TYPE65280": {`\# 0`},
		"RRSIG": {"A 13 2 300 20270101000000 20260101000000 1 example.com. AAAA"}, "NSEC3PARAM": {`\# 5 0200000100`},
	}
	someTypes = func() (types []zone.Type) {
		for t := range someData {
			types = append(types, t)
		}
		slices.Sort(types) // so that a seed says what is drawn
		return types
	}()
)

func someZone(t *rapid.T, label string) *zone.Zone {
	var records []zone.Record
	for range rapid.IntRange(0, 12).Draw(t, label) {
		typ := rapid.SampledFrom(someTypes).Draw(t, "type")
		if rapid.IntRange(0, 2).Draw(t, "common") > 0 {
			typ = rapid.SampledFrom([]zone.Type{"A", "NS", "CNAME", "TXT"}).Draw(t, "common type")
		}
		name, err := zone.Name("example.com.").Join(rapid.SampledFrom(someNames).Draw(t, "name"))
		require.NoError(t, err)
		records = append(records, zone.Record{Name: name, Type: typ, TTL: 300, Data: rapid.SampledFrom(someData[typ]).Draw(t, "data")})
	}
	z, err := zone.New("example.com.", records...)
	require.NoError(t, err)
	var guards []zone.Protected
	for range rapid.IntRange(0, 2).Draw(t, "bad rows") {
		name, _ := zone.Name("example.com.").Join(rapid.SampledFrom(someNames).Draw(t, "bad name"))
		typ := rapid.SampledFrom([]zone.Type{"A", "NS", "TXT", "CNAME"}).Draw(t, "bad type")
		z = z.Only(func(s zone.RRset) bool { return s.Key != zone.Key{Name: name, Type: typ} })
		guards = append(guards, zone.Protected{Key: zone.Key{Name: name, Type: typ}, Reason: "a bad row"})
	}
	return z.Protect(guards...)
}

// TestWhatIsWrittenLoads asks the servers themselves: whatever two zones in turn
// hold, a file that is written loads in all of them.
func TestWhatIsWrittenLoads(t *testing.T) {
	testbed.Need(t, "named-checkzone", "kzonecheck", "nsd-checkzone", "pdnsutil")
	written, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "zones")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		d := &zonefile.Dir{Path: dir, StockBIND: true}
		if rapid.IntRange(0, 3).Draw(t, "configured") > 0 {
			d.NameServers = []zone.Name{"ns1.example.net.", "ns.example.com."}[:1+rapid.IntRange(0, 5).Draw(t, "servers")/5]
		}
		s := provider.Syncer{Provider: d, Rules: zone.Mirror(), Limits: zone.Limits{Off: true}}
		for _, label := range []string{"first", "second"} {
			want := someZone(t, label)
			res, err := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
			require.NoError(t, err)
			file := filepath.Join(dir, "example.com.zone")
			if _, err := os.Stat(file); err != nil {
				refused++
				continue
			}
			written++
			require.NoError(t, loads(dir, file), "wanted\n%.3000s\n%.3000s", want, res)
			again, err := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
			require.NoError(t, err)
			require.True(t, again.Plan.Empty(), "the second plan is %.3000s", again)
		}
	})
	t.Logf("%d files were written, %d zones refused", written, refused)
}

// loads asks all servers.
func loads(dir, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, cmd := range [][]string{
		{"named-checkzone", "-q", "-k", "fail", "example.com", file},
		{"kzonecheck", "-o", "example.com", file},
		{"nsd-checkzone", "example.com", file},
	} {
		if out, err := exec.Command(cmd[0], cmd[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %.1000s\n%.3000s", cmd[0], err, out, text)
		}
	}
	conf := fmt.Sprintf("launch=bind\nbind-config=%s/named.conf\nsocket-dir=%s\n", dir, dir)
	zones := fmt.Sprintf("options { directory %q; };\nzone \"example.com\" { type master; file %q; };\n", dir, file)
	if err := os.WriteFile(dir+"/pdns.conf", []byte(conf), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(dir+"/named.conf", []byte(zones), 0o644); err != nil {
		return err
	}
	out, _ := exec.Command("pdnsutil", "--config-dir="+dir, "check-zone", "example.com").CombinedOutput()
	advice := regexp.MustCompile(`rectify-zone|has itself as target`) // what a bind backend does by itself, what it serves all the same
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "[Error]") && !advice.MatchString(line) {
			return fmt.Errorf("pdnsutil: %.1000s\n%.3000s", out, text)
		}
	}
	return nil
}
