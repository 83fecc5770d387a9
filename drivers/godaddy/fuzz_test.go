package godaddy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// Whatever GoDaddy answers becomes a zone or an error, and no record is lost on the
// way: each is in a set, or its set is protected.
func FuzzRecords(f *testing.F) {
	for _, text := range []string{
		`[{"type":"A","name":"@","data":"192.0.2.1","ttl":600}]`,
		`[{"type":"CNAME","name":"www","data":"@","ttl":600},{"type":"FORWARD","name":"x","data":"http://x"}]`,
		`[{"type":"SRV","name":"@","data":"x.example.net","ttl":600,"service":"_sip","protocol":"_tcp","priority":1,"weight":2,"port":3}]`,
		`[{"type":"TXT","name":"a.b","data":"\u0000\"\\","ttl":-1},{"type":"ALIAS","name":"@","data":""}]`,
		`[{"type":"HTTPS","name":"@","data":".","ttl":600,"priority":1,"parameters":"alpn=\"h2,h3\" port=1"},{"type":"CAA","name":"*","data":";","flag":128,"tag":"issue","ttl":1}]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var records []record
		if json.Unmarshal(text, &records) != nil {
			return
		}
		for _, d := range []dialect{version1, version3} {
			z, err := d.zone("example.com.", records)
			if err != nil {
				t.Fatalf("a record spoils the zone: %v", err)
			}
			for _, r := range records {
				k, _ := r.key("example.com.")
				_, there := z.Get(k)
				_, guarded := z.Protection(k)
				for _, p := range z.Protected() {
					guarded = guarded || p.Key == k
				}
				if r.Type != "ALIAS" && k.Type != zone.SOA && !there && !guarded {
					t.Fatalf("%+v is lost", r)
				}
			}
		}
	})
}

// What can be written is read back as it was.
func FuzzWritten(f *testing.F) {
	for _, line := range []string{
		"www 600 A 192.0.2.1", "* 600 AAAA 2001:db8::1", "@ 600 MX 0 .", "@ 600 MX 10 mail", `@ 600 TXT "a\"\\\195\188" "b"`,
		"_sip._tcp.a 600 SRV 1 2 3 x.example.net.", `@ 600 CAA 128 issue "ca.example; a=\"b\""`, "@ 600 HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1 key65333=\"x y\"", "x 600 SVCB 0 y.example.net.", "ftp 600 CNAME @", `0 0 CAA 0 0 "\168"`,
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		want, err := zone.Parse("example.com.", line)
		if err != nil || strings.Contains(line, "\n") {
			return
		}
		want, _ = provider.Traits{JoinsTXT: true}.Adjust(nil, want)
		for _, d := range []dialect{version1, version3} {
			for s := range want.All() {
				if d.unwritable("example.com.", s) != "" {
					continue
				}
				records, err := d.written("example.com.", s)
				if err != nil {
					t.Fatal(err)
				}
				text, _ := json.Marshal(records)
				var back []record
				if err := json.Unmarshal(text, &back); err != nil {
					t.Fatal(err)
				}
				z, err := d.zone("example.com.", back)
				if err != nil {
					t.Fatal(err)
				}
				if is, _ := z.Get(s.Key); !is.Equal(s) {
					t.Fatalf("%s\nwas read back as\n%s%v from %s", s, is, z.Protected(), text)
				}
			}
		}
	})
}
