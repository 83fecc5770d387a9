package zone

import (
	"net/netip"
	"strconv"
)

// Reverse gives the name that the PTR record of an address has, below
// in-addr.arpa. (RFC 1035 section 3.5) or ip6.arpa. (RFC 3596 section 2.5). An
// IPv4 address inside an IPv6 one counts as IPv4. For an invalid address it is
// empty.
func Reverse(a netip.Addr) Name {
	if a = a.Unmap(); !a.IsValid() {
		return ""
	}
	b := a.AsSlice()
	var out []byte
	for i := len(b) - 1; i >= 0; i-- {
		if a.Is4() {
			out = append(strconv.AppendUint(out, uint64(b[i]), 10), '.')
		} else {
			out = append(out, hexDigits[b[i]&15], '.', hexDigits[b[i]>>4], '.')
		}
	}
	if a.Is4() {
		return Name(out) + "in-addr.arpa."
	}
	return Name(out) + "ip6.arpa."
}

const hexDigits = "0123456789abcdef"
