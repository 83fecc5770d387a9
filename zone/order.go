package zone

import (
	"bytes"
	"cmp"
	"strings"
)

// Compare orders names as RFC 4034 section 6.1 does: label by label from the
// right, each label as octets, a name before all that stands below it.
func Compare(a, b Name) int {
	if a == b {
		return 0
	}
	if strings.Contains(string(a), `\`) || strings.Contains(string(b), `\`) {
		return compareLabels(a, b)
	}
	i, j := len(a)-1, len(b)-1
	for i >= 0 && j >= 0 && a[i] == b[j] {
		i--
		j--
	}
	if x, y := labelOf(a, i), labelOf(b, j); x != y {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(i, j) // the one that is used up stands above the other
}

// labelOf is the label of n that differs at i, or begins behind it.
func labelOf(n Name, i int) Name {
	from, to := strings.LastIndexByte(string(n[:i+1]), '.')+1, len(n)
	if dot := strings.IndexByte(string(n[i+1:]), '.'); dot >= 0 {
		to = i + 1 + dot
	}
	return n[from:to]
}

// compareLabels is Compare for names with escapes, whose text does not sort as
// their octets do.
func compareLabels(a, b Name) int {
	x, y := octets(a), octets(b)
	for len(x) > 0 && len(y) > 0 {
		i, j := len(x)-1, len(y)-1
		if c := bytes.Compare(x[i], y[j]); c != 0 {
			return c
		}
		x, y = x[:i], y[:j]
	}
	return cmp.Compare(len(x), len(y))
}

// octets gives the labels of a canonical name as raw octets, the root left out.
func octets(n Name) (labels [][]byte) {
	var label []byte
	for s := string(n); s != ""; {
		if s[0] == '.' {
			if label != nil {
				labels = append(labels, label)
			}
			label, s = nil, s[1:]
			continue
		}
		c, size, err := unescape(s)
		if err != nil {
			size = len(s) // not a canonical name: the rest has no order
		}
		label, s = append(label, c), s[size:]
	}
	return labels
}
