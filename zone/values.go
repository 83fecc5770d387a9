package zone

import (
	"slices"
	"strings"
)

// values are the sides of a set that is merged value by value.
type values struct{ want, live, wrote, stored RRset }

// foreign gives the live values that are neither ours nor wanted.
func (v values) foreign() []string {
	return minus(v.live.Data, union(union(v.wrote.Data, v.stored.Data), v.want.Data))
}

// unlike gives what we wrote that the service keeps in another form, and those
// forms. Which belongs to which is not known where there are several.
func (v values) unlike() (lost, forms []string) {
	return minus(v.wrote.Data, v.stored.Data), minus(v.stored.Data, v.wrote.Data)
}

// ours gives the wanted values in the form that live has them in, or will have:
// what the service keeps otherwise than it was written counts as written.
func (v values) ours() []string {
	lost, forms := v.unlike()
	wanted := len(minus(lost, v.want.Data)) == 0 && (len(lost) > 0 || slices.Equal(v.want.Data, v.wrote.Data))
	if len(forms) > 0 && wanted && len(minus(forms, v.live.Data)) == 0 {
		return union(minus(v.want.Data, lost), forms)
	}
	return v.want.Data
}

// ttl is that of the merged set. Who has not written to a set of others does not
// change its TTL.
func (v values) ttl(foreign []string) uint32 {
	switch {
	case v.want.Name == "", v.wrote.Name == "" && len(foreign) > 0:
		return v.live.TTL
	case v.live.Name != "" && v.want.TTL == v.wrote.TTL && v.live.TTL == v.stored.TTL:
		return v.live.TTL // as the service keeps what we wrote
	}
	return v.want.TTL
}

// policy is the kind of a TXT value of which a name may have only one: two SPF
// or two DMARC records are as good as none (RFC 7208 section 4.5, RFC 7489
// section 6.6.3). Empty for all others.
func policy(data string) string {
	text, err := RawText(data)
	if err != nil {
		return ""
	}
	tag, _, _ := strings.Cut(text, ";")
	tag, _, _ = strings.Cut(strings.TrimSpace(tag), " ")
	switch tag = strings.ToLower(tag); tag {
	case "v=spf1", "v=dmarc1":
		return tag
	}
	return ""
}

// ofPolicy gives the values of one kind.
func ofPolicy(data []string, kind string) []string {
	return slices.DeleteFunc(slices.Clone(data), func(d string) bool { return policy(d) != kind })
}

// policies lists the kinds among data.
func policies(data []string) (kinds []string) {
	for _, d := range data {
		if k := policy(d); k != "" && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// The data of a set is sorted and holds each value once; so does what these give.

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func minus(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return has(b, s) })
}

func both(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return !has(b, s) })
}

func has(sorted []string, s string) bool {
	_, ok := slices.BinarySearch(sorted, s)
	return ok
}
