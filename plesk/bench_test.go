package plesk

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/zonecast/zonecast/zone"
)

// BenchmarkDecode reads 1,000 zones of 14 rows; the figure is per row.
func BenchmarkDecode(b *testing.B) {
	var ins []zone.Intent
	for i := range 1000 {
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
		if err != nil {
			b.Fatal(err)
		}
		ins = append(ins, zone.Intent{Zone: name, Wish: zone.Replace{Zone: z}})
	}
	doc := []byte(encoded(b, ins...))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Decode(bytes.NewReader(doc)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/14000, "ns/row")
}
