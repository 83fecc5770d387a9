package rfc2136_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/libdns/libdns"
	upstream "github.com/libdns/rfc2136"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/zone"
)

// hosting is a zone of 18 records as a panel makes it.
const hosting = `
	@ 3600 A 192.0.2.1
	@ 3600 AAAA 2001:db8::1
	@ 3600 MX 10 mail
	@ 3600 TXT "v=spf1 +a +mx -all"
	@ 3600 CAA 0 issue "ca.example.net"
	www 3600 CNAME @
	ftp 3600 CNAME @
	mail 3600 A 192.0.2.1
	mail 3600 AAAA 2001:db8::1
	webmail 3600 A 192.0.2.1
	_dmarc 3600 TXT "v=DMARC1; p=none"
	default._domainkey 3600 TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
	_imaps._tcp 3600 SRV 0 0 993 mail
	_smtps._tcp 3600 SRV 0 0 465 mail
	* 3600 A 192.0.2.1
`

// BenchmarkAZoneOnBIND fills a zone of 18 records and empties it: in one message each,
// as Apply does it, and record by record, as libdns/rfc2136 does when it is told one
// record at a time.
func BenchmarkAZoneOnBIND(b *testing.B) {
	s := servers.BIND(b, bare("check-integrity no;"))
	full := parse(b, hosting)
	plan := zone.Diff(servers.Bare(apex), full)
	b.Run("one message", func(b *testing.B) {
		p := driver(s)
		for b.Loop() {
			require.NoError(b, p.Apply(ctx, plan))
			require.NoError(b, p.Apply(ctx, plan.Invert()))
		}
	})
	var records []libdns.Record
	for _, c := range plan.Changes {
		for _, r := range c.New.Records() {
			rr, err := libdns.RR{Name: r.Name.Relative(apex), Type: string(r.Type), TTL: time.Hour, Data: strings.Trim(r.Data, `"`)}.Parse()
			require.NoError(b, err)
			records = append(records, rr)
		}
	}
	b.Run("record by record", func(b *testing.B) {
		p := &upstream.Provider{KeyName: s.Key.Name, KeyAlg: s.Key.Algorithm, Key: s.Key.Secret, Server: s.Addr}
		for b.Loop() {
			for _, r := range records {
				_, err := p.AppendRecords(ctx, string(apex), []libdns.Record{r})
				require.NoError(b, err)
			}
			for _, r := range records {
				_, err := p.DeleteRecords(ctx, string(apex), []libdns.Record{r})
				require.NoError(b, err)
			}
		}
	})
}

// BenchmarkReadingALargeZone reads a zone of 100,000 records, and 20 sets of it.
func BenchmarkReadingALargeZone(b *testing.B) {
	s := servers.BIND(b, bare())
	s.Fill(b, parse(b, lines(100_000, "host%d 3600 A 192.0.2.1")))
	p := driver(s)
	_, err := p.Zone(ctx, apex)
	require.NoError(b, err)
	b.Run("whole", func(b *testing.B) {
		for b.Loop() {
			_, err := p.Zone(ctx, apex)
			require.NoError(b, err)
		}
	})
	var keys []zone.Key
	for i := range 20 {
		keys = append(keys, zone.Key{Name: zone.Name(fmt.Sprintf("host%d.example.com.", i*5000)), Type: zone.A})
	}
	b.Run("20 sets", func(b *testing.B) {
		for b.Loop() {
			z, err := p.RRsets(ctx, apex, keys...)
			require.NoError(b, err)
			require.Equal(b, 20, z.Len())
		}
	})
}
