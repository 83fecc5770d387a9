package engine_test

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/zone"
)

// panel gives zones as a panel has them, 15 records each.
func panel(b testing.TB, n int) iter.Seq2[zone.Intent, error] {
	return func(yield func(zone.Intent, error) bool) {
		for i := range n {
			name := zone.Name(fmt.Sprintf("d%d.example.", i))
			z, err := zone.Parse(name, `
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
			`)
			require.NoError(b, err)
			if !yield(replace(z), nil) {
				return
			}
		}
	}
}

// BenchmarkUnchangedResync sends 10,000 zones with which the target agrees: no call
// is made. Making the zones is part of it.
func BenchmarkUnchangedResync(b *testing.B) {
	s := newStage(b)
	s.Report = nil
	require.NoError(b, s.Run(ctx, panel(b, 10_000)))
	calls := s.Calls()
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, s.Run(ctx, panel(b, 10_000)))
	}
	require.Equal(b, calls, s.Calls())
}

// BenchmarkNewZones brings 1,000 zones to a target in memory.
func BenchmarkNewZones(b *testing.B) {
	for b.Loop() {
		s := newStage(b)
		s.Report = nil
		require.NoError(b, s.Run(ctx, panel(b, 1000)))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/zone")
}
