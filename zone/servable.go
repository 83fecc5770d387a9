package zone

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// Servable says why name servers refuse canonical data that is well-formed as
// such, in a zone that is not Presigned; nil where they take it. One such record keeps a whole zone file from
// loading, while a service behind an API refuses it alone. The rules are those of
// BIND, Knot, NSD and PowerDNS: what one of them refuses is not servable.
func Servable(t Type, data string) error {
	if strings.HasPrefix(data, `\#`) {
		return genericSound(t)
	}
	switch t {
	case DS:
		return digestLength(strings.Fields(data))
	case "CDS", "CDNSKEY":
		return deletesOnly(data)
	case RRSIG, NSEC, NSEC3, "NSEC3PARAM":
		return errSigner
	case "TLSA", "SMIMEA":
		if len(strings.Fields(data)) < 4 {
			return errNoDigest
		}
	case "SSHFP":
		return fingerprintLength(strings.Fields(data))
	case CAA:
		return tagSound(strings.Fields(data)[1])
	case "SVCB", "HTTPS":
		return svcbSound(data)
	case "NAPTR":
		return naptrSound(data)
	}
	return nil
}

var (
	errNoDigest   = errors.New("has no digest")
	errDigest     = errors.New("has a digest of another length than its type")
	errNoDigestT  = errors.New("has a digest type that is none of 1, 2 and 4")
	errSigner     = errors.New("is published by who signs the zone")
	errMandatory  = errors.New("names a mandatory parameter that it does not have")
	errNoALPN     = errors.New("has no-default-alpn without alpn")
	errNoValue    = errors.New("has a parameter without its value")
	errQuoteMark  = errors.New("has a quotation mark in a parameter, which PowerDNS cannot read")
	errAliasMode  = errors.New("has parameters, which priority 0 forbids")
	errCAATag     = errors.New("has a tag that is not up to 15 small letters and digits")
	errRegexp     = errors.New("has a regexp that is not !expression!replacement!flags")
	errWildcardNS = errors.New("a wildcard cannot be delegated")
	errApexDS     = errors.New("a DS belongs to the parent zone")
	errLargeSet   = errors.New("the set does not fit a message")
	errNoText     = errors.New("is of a type that not every server reads in the form of RFC 3597")
)

// ServableSet says why no server of a zone can have a set, whatever the data of each
// record; nil where one can.
func ServableSet(apex Name, s RRset) error {
	switch {
	case s.Type == NS && strings.HasPrefix(string(s.Name), "*."):
		return errWildcardNS
	case s.Type == DS && s.Name == apex:
		return errApexDS
	case !fitsMessage(s):
		return errLargeSet
	}
	return nil
}

// largest is how many octets of a message a set may take: one of 65535 has a
// header, a question and what signs it, too.
const largest = 65000

// fitsMessage holds for a set that a message has room for. Each record has a compressed
// name, type, class, TTL and length beside its data, of which no text is shorter than
// what it stands for.
func fitsMessage(s RRset) bool {
	const head = 12
	text, octets := 0, 0
	for _, data := range s.Data {
		text += len(data) + 2*head
	}
	if text <= largest {
		return true
	}
	for _, data := range s.Data {
		_, raw, err := Pack(s.Type, data)
		if err != nil {
			return false
		}
		octets += head + len(raw)
	}
	return octets <= largest
}

// genericSound allows RFC 3597 text for the types that no server knows better.
func genericSound(t Type) error {
	if n := t.number(); n < 300 || n == 32768 || n == 32769 {
		return errNoText
	}
	return nil
}

// deletesOnly allows the CDS and CDNSKEY that ask the parent to forget its DS
// (RFC 8078 section 4). All others have to fit the keys that a zone is signed with.
func deletesOnly(data string) error {
	if data == "0 0 0 00" || data == "0 3 0 AA==" {
		return nil
	}
	return errSigner
}

// tagSound checks the tag of a CAA (RFC 8659 section 4.1).
func tagSound(tag string) error {
	if len(tag) > 15 || strings.ContainsFunc(tag, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }) {
		return errCAATag
	}
	return nil
}

// digestLength checks a DS by its digest type (RFC 4034, 4509, 6605).
func digestLength(f []string) error {
	if len(f) < 4 {
		return errNoDigest
	}
	length, ok := map[string]int{"1": 40, "2": 64, "4": 96}[f[2]]
	if !ok {
		return errNoDigestT
	}
	return hexLength(strings.Join(f[3:], ""), length)
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
func svcbSound(data string) error {
	fields, err := lexData(data, nil)
	if err != nil {
		return err
	}
	if fields[0].text == "0" && len(fields) > 2 {
		return errAliasMode
	}
	keys := map[string]string{}
	for _, f := range fields[2:] {
		key, value, _ := strings.Cut(data[f.from:f.to], "=")
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
	for k, value := range keys {
		switch {
		case value == "" && k != "no-default-alpn":
			return errNoValue
		case strings.Contains(value, `\"`):
			return errQuoteMark
		}
	}
	return nil
}

// naptrSound checks the regexp of a NAPTR: empty, or an extended regular
// expression and what replaces its match, between delimiters (RFC 3402 section 3.2).
func naptrSound(data string) error {
	fields, err := lexData(data, nil)
	if err != nil || len(fields) < 5 || fields[4].text == "" {
		return err
	}
	raw, err := rawString(fields[4].text)
	if err != nil {
		return err
	}
	parts := cutRegexp(raw)
	if len(parts) != 3 || parts[0] == "" || parts[2] != "" && parts[2] != "i" || strings.Contains("0123456789i\\", raw[:1]) {
		return errRegexp
	}
	expr, err := regexp.CompilePOSIX(parts[0])
	if err != nil {
		return errRegexp
	}
	for i := 0; i+1 < len(parts[1]); i++ {
		if parts[1][i] != '\\' {
			continue
		}
		i++
		if n, err := strconv.Atoi(parts[1][i : i+1]); err == nil && (n == 0 || n > expr.NumSubexp()) {
			return errRegexp
		}
	}
	return nil
}

// cutRegexp cuts at the delimiter that a regexp begins with, where no backslash
// stands before it.
func cutRegexp(raw string) (parts []string) {
	from := 1
	for i := 1; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case raw[0]:
			parts, from = append(parts, raw[from:i]), i+1
		}
	}
	return append(parts, raw[from:])
}
