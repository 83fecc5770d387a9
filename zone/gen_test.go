package zone

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// The generators draw from few names, types and values, so that random zones
// meet in all the ways that zones of the same domain do.

var someNames = []Name{"example.com.", "www.example.com.", "mail.example.com.", "a.b.example.com.", "b.example.com.", `x\.y.example.com.`, "_dmarc.example.com.", "*.example.com."}

var someTypes = []Type{A, AAAA, MX, TXT, CNAME, CAA, NS, DNAME, "TLSA"}

func someData(t *rapid.T, typ Type) string {
	n := rapid.IntRange(1, 3).Draw(t, "n")
	switch typ {
	case A:
		return fmt.Sprintf("192.0.2.%d", n)
	case AAAA:
		return fmt.Sprintf("2001:db8::%d", n)
	case MX:
		return fmt.Sprintf("%d mail.example.com.", n)
	case TXT:
		return rapid.SampledFrom([]string{`"one"`, `"two"`, `"v=spf1 -all"`, `"v=spf1 +a -all"`, `"v=DMARC1; p=none"`, `"\195\188 \"q\""`, `"a" "b"`}).Draw(t, "text")
	case CAA:
		return fmt.Sprintf(`0 issue "ca%d.example"`, n)
	case "TLSA":
		return fmt.Sprintf("3 1 1 0%d", n)
	}
	return fmt.Sprintf("t%d.example.net.", n)
}

// anyRecords draws records of zones that may conflict.
func anyRecords() *rapid.Generator[[]Record] {
	record := rapid.Custom(func(t *rapid.T) Record {
		typ := rapid.SampledFrom(someTypes).Draw(t, "type")
		return Record{rapid.SampledFrom(someNames).Draw(t, "name"), typ, rapid.SampledFrom([]uint32{300, 600}).Draw(t, "ttl"), someData(t, typ)}
	})
	return rapid.SliceOfN(record, 0, 14)
}

// anyZone draws a zone that may conflict, with an SOA more often than not.
func anyZone() *rapid.Generator[*Zone] {
	return rapid.Custom(func(t *rapid.T) *Zone {
		records := anyRecords().Draw(t, "records")
		if serial := rapid.IntRange(0, 3).Draw(t, "serial"); serial > 0 {
			records = append(records, Record{"example.com.", SOA, 300, fmt.Sprintf("ns1.example.com. a.example.com. %d 1 2 3 4", serial)})
		}
		z, err := New("example.com.", records...)
		if err != nil {
			t.Fatal(err)
		}
		return z
	})
}

// soundZone draws a zone without conflicts.
func soundZone() *rapid.Generator[*Zone] {
	return rapid.Map(anyZone(), sound)
}

// sound drops what conflicts.
func sound(z *Zone) *Zone {
	for len(z.Conflicts()) > 0 {
		bad := z.Conflicts()
		z = z.Only(func(s RRset) bool {
			return !slices.ContainsFunc(bad, func(k Key) bool { return k.Name == s.Name && (k.Type == "" || k.Type == s.Type) })
		})
	}
	return z
}

// related draws a sound zone that shares much with z.
func related(z *Zone) *rapid.Generator[*Zone] {
	return rapid.Custom(func(t *rapid.T) *Zone {
		other := soundZone().Draw(t, "other")
		mask := rapid.Uint64().Draw(t, "mask")
		var records []Record
		i := 0
		for _, from := range []*Zone{z, other} {
			for s := range from.All() {
				if mask>>(i%64)&1 == 1 {
					records = append(records, s.Records()...)
				}
				i++
			}
		}
		mixed, err := New("example.com.", records...)
		if err != nil {
			t.Fatal(err)
		}
		return sound(mixed)
	})
}

// guarded draws protection for z.
func guarded(z *Zone) *rapid.Generator[*Zone] {
	return rapid.Custom(func(t *rapid.T) *Zone {
		for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "protected") {
			z = z.Protect(Protected{Key{
				rapid.SampledFrom(append(slices.Clone(someNames), "")).Draw(t, "name"),
				rapid.SampledFrom(append(slices.Clone(someTypes), "")).Draw(t, "type"),
			}, "because"})
		}
		return z
	})
}
