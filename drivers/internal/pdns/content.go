package pdns

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// Content is canonical data as PowerDNS itself writes it, names with their final
// dot: its API refuses every other spelling.
func Content(t zone.Type, data string) string {
	switch t {
	case zone.A, zone.TXT:
		return data
	case zone.AAAA:
		return address(data)
	case zone.DS, "SSHFP":
		return strings.ToLower(data)
	case "LOC":
		return location(data)
	case "SVCB", "HTTPS":
		data = service(data)
	}
	if data == `\# 0` {
		return data + " "
	}
	return eachName(t, data, spelled)
}

// Stored is Content as it stands in a database: names without their final dot.
func Stored(t zone.Type, data string) string {
	if t == zone.AAAA {
		return data
	}
	return eachName(t, Content(t, data), func(n string) string {
		if n == "." {
			return n
		}
		return strings.TrimSuffix(n, ".")
	})
}

// names says which words of data are names, counted from the left, or below 0 from
// the right.
var names = map[zone.Type][]int{
	zone.CNAME: {0}, zone.NS: {0}, zone.PTR: {0}, zone.DNAME: {0}, zone.MX: {1}, zone.SRV: {3}, zone.SOA: {0, 1},
	"RP": {0, 1}, "SVCB": {1}, "HTTPS": {1}, "NAPTR": {-1},
}

// eachName puts something else in the place of every name in data.
func eachName(t zone.Type, data string, f func(string) string) string {
	at, ok := names[t]
	if !ok || strings.HasPrefix(data, `\#`) {
		return data
	}
	words := strings.Split(data, " ")
	for _, i := range at {
		if i < 0 {
			i += len(words)
		}
		words[i] = f(words[i])
	}
	return strings.Join(words, " ")
}

// NamesIn gives the names that stand in canonical data.
func NamesIn(t zone.Type, data string) (out []zone.Name) {
	eachName(t, data, func(n string) string {
		out = append(out, zone.Name(n))
		return n
	})
	return out
}

// address writes an IPv4 address in IPv6 without dots, which the API refuses.
func address(data string) string {
	a, err := netip.ParseAddr(data)
	if err != nil || !a.Is4In6() {
		return data
	}
	b := a.As16()
	return fmt.Sprintf("::ffff:%x:%x", uint16(b[12])<<8|uint16(b[13]), uint16(b[14])<<8|uint16(b[15]))
}

// location writes a LOC without leading zeros, and metres with two decimals.
func location(data string) string {
	words := strings.Fields(data)
	for i, w := range words {
		metres, ok := strings.CutSuffix(w, "m")
		if f, err := strconv.ParseFloat(metres, 64); ok && err == nil {
			words[i] = strconv.FormatFloat(f, 'f', 2, 64) + "m"
		} else if n, err := strconv.Atoi(w); err == nil {
			words[i] = strconv.Itoa(n)
		}
	}
	return strings.Join(words, " ")
}

// service puts the values of parameters that PowerDNS has no name for, and of ech,
// in quotes, and takes those of alpn out of them.
func service(data string) string {
	words := params(data)
	for i, w := range words {
		key, value, ok := strings.Cut(w, "=")
		switch isQuoted := strings.HasPrefix(value, `"`); {
		case !ok:
		case key == "alpn" && isQuoted:
			if raw, err := zone.RawText(value); err == nil {
				words[i] = key + "=" + strings.ReplaceAll(raw, `\`, `\\`)
			}
		case !isQuoted && (key == "ech" || strings.HasPrefix(key, "key")):
			words[i] = key + `="` + value + `"`
		}
	}
	return strings.Join(words, " ")
}

// params cuts SVCB data at its blanks, but not at those in quotes.
func params(data string) (words []string) {
	from, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case ' ':
			if !quoted {
				words, from = append(words, data[from:i]), i+1
			}
		}
	}
	return append(words, data[from:])
}
