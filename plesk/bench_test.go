package plesk

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/zonecast/zonecast/internal/testbed"
	"github.com/zonecast/zonecast/zone"
)

// BenchmarkDecode reads 1,000 zones of 14 rows; the figure is per row.
func BenchmarkDecode(b *testing.B) {
	var ins []zone.Intent
	for i := range 1000 {
		name := zone.Name(fmt.Sprintf("d%d.example.", i))
		z, err := zone.Parse(name, testbed.Panel)
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
