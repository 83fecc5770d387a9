package zone

import (
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// profile maps what users type and leaves underscores and wildcards in peace:
// they are no host names but they are domain names (RFC 2181 section 11).
var profile = idna.New(
	idna.MapForLookup(),
	idna.Transitional(false),
	idna.StrictDomainName(false),
)

var errMixed = errors.New("mixes escapes and characters outside ASCII ")

// toASCII turns the labels that are not ASCII into A-labels and leaves the
// others alone: an A-label that is already there is whatever its owner says.
func toASCII(s string) (string, error) {
	if len(s) > utf8.UTFMax*maxName {
		return "", errLongName // punycode is quadratic in the length of a label
	}
	if !utf8.ValidString(s) {
		return "", errors.New("is not valid UTF-8")
	}
	if strings.Contains(s, `\`) {
		return "", errMixed
	}
	s = strings.NewReplacer("。", ".", "．", ".", "｡", ".").Replace(s) // RFC 3490 section 3.1
	labels := strings.Split(s, ".")
	for i, label := range labels {
		if isASCII(label) {
			continue
		}
		a, err := profile.ToASCII(label)
		if err != nil {
			return "", err
		}
		switch {
		case a == "":
			return "", errEmptyLabel // of nothing but what is not to be seen, as a soft hyphen
		case strings.Contains(a, `\`):
			return "", errMixed // a wide backslash
		}
		labels[i] = a
	}
	return strings.Join(labels, "."), nil
}
