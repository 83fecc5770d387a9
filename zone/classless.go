package zone

import (
	"strconv"
	"strings"
)

// Classless gives the name of an address's PTR record in one of some zones, where
// one of them is for a part of a network as RFC 2317 has it: 0/26.2.0.192.in-addr.arpa.
// or 0-63.2.0.192.in-addr.arpa. has the records of 192.0.2.0 to 192.0.2.63. Where
// none is, it is the name itself.
func Classless(n Name, zones []Name) Name {
	last, ok := octetOf(n)
	if !ok {
		return n
	}
	for _, z := range zones {
		if from, to, ok := z.part(); ok && z.Parent() == n.Parent() && from <= last && last <= to {
			return Name(strconv.Itoa(last)) + "." + z
		}
	}
	return n
}

// octetOf gives the last octet of the IPv4 address that a name below in-addr.arpa.
// is for.
func octetOf(n Name) (octet int, ok bool) {
	if !n.In("in-addr.arpa.") || strings.Count(string(n), ".") != 6 {
		return 0, false
	}
	octet, err := strconv.Atoi(n.firstLabel())
	return octet, err == nil && octet >= 0 && octet <= 255
}

// part gives the addresses that a zone is for, by its first label.
func (n Name) part() (from, to int, ok bool) {
	label := n.firstLabel()
	first, size, bits := strings.Cut(label, "/")
	if !bits {
		first, size, bits = strings.Cut(label, "-")
		to, err := strconv.Atoi(size)
		from, err2 := strconv.Atoi(first)
		return from, to, bits && err == nil && err2 == nil && 0 <= from && from <= to && to <= 255
	}
	from, err := strconv.Atoi(first)
	length, err2 := strconv.Atoi(size)
	if err != nil || err2 != nil || from < 0 || length < 25 || length > 32 {
		return 0, 0, false
	}
	to = from + 1<<(32-length) - 1
	return from, to, to <= 255
}

func (n Name) firstLabel() string {
	label, _, _ := strings.Cut(string(n), ".")
	return label
}

// Readdress gives a Patch its place in classless zones; other wishes stay.
func (in Intent) Readdress(zones []Name) Intent {
	p, ok := in.Wish.(Patch)
	if !ok || len(zones) == 0 || p.IsDifference() {
		return in
	}
	in.Zone = Classless(in.Zone, zones)
	in.Wish = Patch{Add: readdress(p.Add, zones), Drop: readdress(p.Drop, zones)}
	return in
}

func readdress(rs []Record, zones []Name) []Record {
	out := make([]Record, len(rs))
	for i, r := range rs {
		out[i] = r
		out[i].Name = Classless(r.Name, zones)
	}
	return out
}
