package zone

import (
	"errors"
	"slices"
	"strings"
)

// Servable says why name servers refuse canonical data that is well-formed as
// such; nil where they take it. One such record keeps a whole zone file from
// loading, while a service behind an API refuses it alone. The rules are those of
// BIND, Knot and NSD.
func Servable(t Type, data string) error {
	if strings.HasPrefix(data, `\#`) {
		return nil // the type is not looked into
	}
	f := strings.Fields(data)
	switch t {
	case DS, "CDS":
		return digestLength(f)
	case "TLSA", "SMIMEA":
		if len(f) < 4 {
			return errNoDigest
		}
	case "SSHFP":
		return fingerprintLength(f)
	case "SVCB", "HTTPS":
		return svcbSound(f)
	case "NAPTR":
		return naptrSound(data)
	}
	return nil
}

var (
	errNoDigest  = errors.New("has no digest")
	errDigest    = errors.New("has a digest of another length than its type")
	errMandatory = errors.New("names a mandatory parameter that it does not have")
	errNoALPN    = errors.New("has no-default-alpn without alpn")
	errNoValue   = errors.New("has a parameter without its value")
	errRegexp    = errors.New("has a regexp that is not three delimiters around two expressions")
)

// digestLength checks a DS by its digest type (RFC 4034, 4509, 6605).
func digestLength(f []string) error {
	if len(f) < 4 {
		return errNoDigest
	}
	return hexLength(strings.Join(f[3:], ""), map[string]int{"1": 40, "2": 64, "4": 96}[f[2]])
}

// fingerprintLength checks an SSHFP by its fingerprint type (RFC 4255, 6594).
func fingerprintLength(f []string) error {
	if len(f) < 3 {
		return errNoDigest
	}
	return hexLength(strings.Join(f[2:], ""), map[string]int{"1": 40, "2": 64}[f[1]])
}

func hexLength(hex string, want int) error {
	if want > 0 && len(hex) != want {
		return errDigest
	}
	return nil
}

// svcbSound checks the parameters against each other (RFC 9460 sections 7 and 8).
func svcbSound(f []string) error {
	keys := map[string]string{}
	for _, p := range f[min(2, len(f)):] {
		key, value, _ := strings.Cut(p, "=")
		keys[key] = strings.Trim(value, `"`)
	}
	if value, ok := keys["mandatory"]; ok {
		for _, k := range strings.Split(value, ",") {
			if _, there := keys[k]; !there || k == "mandatory" {
				return errMandatory
			}
		}
	}
	if _, bare := keys["no-default-alpn"]; bare && keys["alpn"] == "" {
		return errNoALPN
	}
	for _, k := range []string{"mandatory", "alpn", "port", "ipv4hint", "ech", "ipv6hint"} {
		if value, ok := keys[k]; ok && value == "" {
			return errNoValue
		}
	}
	return nil
}

// naptrSound checks the regexp of a NAPTR: empty, or !expression!replacement!
// with whatever delimiter (RFC 3402 section 3.2).
func naptrSound(data string) error {
	fields, err := lexData(data, nil)
	if err != nil || len(fields) < 5 || fields[4].text == "" {
		return err
	}
	raw, err := rawString(fields[4].text)
	if err != nil {
		return err
	}
	if strings.Count(raw, raw[:1])-strings.Count(raw, `\`+raw[:1]) != 3 || slices.Contains([]string{"1", "9", "i", `\`}, raw[:1]) {
		return errRegexp
	}
	return nil
}
