package zone

import (
	"maps"
	"slices"
	"strings"
)

// values are the sides of a set that is merged value by value.
type values struct{ want, live, wrote, stored RRset }

// forms tells how the service keeps values that it does not keep as written. A
// value that is wanted for itself stands for no other.
func (v values) forms() map[string]string {
	pairs := pairUp(minus(v.wrote.Data, v.stored.Data), minus(v.stored.Data, v.wrote.Data))
	maps.DeleteFunc(pairs, func(_, form string) bool { return has(v.want.Data, form) })
	return pairs
}

// pairUp finds which form belongs to which value that was written: the one with
// the same text, however it is cut; where one of each is left over, these two.
// Whatever else there is has no form that anybody could be sure of.
func pairUp(lost, forms []string) map[string]string {
	pairs := pairTexts(lost, forms)
	for value, form := range pairs {
		lost, forms = minus(lost, []string{value}), minus(forms, []string{form})
	}
	if len(lost) == 1 && len(forms) == 1 && policy(lost[0]) == policy(forms[0]) {
		pairs[lost[0]] = forms[0]
	}
	return pairs
}

// pairTexts finds the form of each value that has the same text.
func pairTexts(lost, forms []string) map[string]string {
	pairs := map[string]string{}
	if len(lost) == 0 || len(forms) == 0 {
		return pairs
	}
	byText := map[string][]string{}
	for _, f := range forms {
		if raw, err := RawText(f); err == nil {
			byText[raw] = append(byText[raw], f)
		}
	}
	for _, d := range lost {
		raw, err := RawText(d)
		if same := byText[raw]; err == nil && len(same) > 0 {
			pairs[d], byText[raw] = same[0], same[1:]
		}
	}
	return pairs
}

// known gives every value that is ours, in all its forms.
func (v values) known() []string {
	known := slices.Clone(v.wrote.Data)
	for _, f := range v.forms() {
		known = append(known, f)
	}
	slices.Sort(known)
	return slices.Compact(known)
}

// foreign gives the live values that are neither ours nor wanted.
func (v values) foreign() []string { return minus(v.live.Data, union(v.known(), v.want.Data)) }

// ours gives the wanted values in the form that live has them in, or will have.
func (v values) ours() []string {
	forms := v.forms()
	if len(forms) == 0 {
		return v.want.Data
	}
	out := slices.Clone(v.want.Data)
	for i, d := range out {
		if f, ok := forms[d]; ok && has(v.live.Data, f) {
			out[i] = f
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// policy is the kind of a TXT value of which a name may have only one: two SPF
// or two DMARC records are as good as none (RFC 7208 section 4.5, RFC 7489
// section 6.6.3). Empty for all others.
func policy(data string) string {
	text, err := RawText(data)
	if err != nil {
		return ""
	}
	text = strings.ToLower(text)
	if text == "v=spf1" || strings.HasPrefix(text, "v=spf1 ") {
		return "v=spf1"
	}
	tag, _, _ := strings.Cut(text, ";")
	if strings.Join(strings.Fields(tag), "") == "v=dmarc1" {
		return "v=dmarc1"
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
