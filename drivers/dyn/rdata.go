package dyn

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// rdata is the data of a record: a value for each field of its type.
type rdata map[string]scalar

// A kind is how a field of rdata is spelled.
type kind byte

const (
	word   kind = iota // as in a master file: an address, a name, a digest
	number             // sent as a number
	text               // the octets themselves, without quotes
	texts              // all strings of a TXT record
)

type field struct {
	key  string
	kind kind
}

// forms has the fields of each type, in the order of presentation form. The plurals
// of NAPTR and the short names of SSHFP and DS are the service's.
var forms = map[zone.Type][]field{
	zone.A:     {{"address", word}},
	zone.AAAA:  {{"address", word}},
	zone.CAA:   {{"flags", number}, {"tag", word}, {"value", text}},
	"CDNSKEY":  {{"flags", number}, {"protocol", number}, {"algorithm", number}, {"public_key", word}},
	"CDS":      {{"keytag", number}, {"algorithm", number}, {"digtype", number}, {"digest", word}},
	zone.CNAME: {{"cname", word}},
	zone.DNAME: {{"dname", word}},
	zone.DS:    {{"keytag", number}, {"algorithm", number}, {"digtype", number}, {"digest", word}},
	zone.MX:    {{"preference", number}, {"exchange", word}},
	"NAPTR":    {{"order", number}, {"preference", number}, {"flags", text}, {"services", text}, {"regexp", text}, {"replacement", word}},
	zone.NS:    {{"nsdname", word}},
	zone.PTR:   {{"ptrdname", word}},
	"RP":       {{"mbox", word}, {"txtdname", word}},
	zone.SOA:   {{"mname", word}, {"rname", word}, {"serial", number}, {"refresh", number}, {"retry", number}, {"expire", number}, {"minimum", number}},
	"SPF":      {{"txtdata", texts}},
	zone.SRV:   {{"priority", number}, {"weight", number}, {"port", number}, {"target", word}},
	"SSHFP":    {{"algorithm", number}, {"fptype", number}, {"fingerprint", word}},
	"TLSA":     {{"cert_usage", number}, {"selector", number}, {"match_type", number}, {"certificate", word}},
	zone.TXT:   {{"txtdata", texts}},
}

var errForm = errors.New("has no form at the service")

// encode gives canonical data as the service wants it.
func encode(t zone.Type, data string) (map[string]any, error) {
	form := forms[t]
	words, err := split(form, data)
	if err != nil || len(words) != len(form) {
		return nil, fmt.Errorf("%s %q: %w", t, data, errForm)
	}
	out := map[string]any{}
	for i, f := range form {
		switch f.kind {
		case number:
			n, err := strconv.ParseUint(words[i], 10, 32)
			if err != nil {
				return nil, fmt.Errorf("%s %q: %w", t, data, errForm)
			}
			out[f.key] = n
		case texts:
			out[f.key] = textOf(words[i])
		default:
			out[f.key] = words[i]
		}
	}
	return out, nil
}

// split cuts canonical data into its fields, texts without their quotes.
func split(form []field, data string) ([]string, error) {
	has := func(k kind) bool { return slices.ContainsFunc(form, func(f field) bool { return f.kind == k }) }
	switch {
	case has(texts):
		return []string{data}, nil
	case !has(text):
		return strings.Fields(data), nil
	}
	words, err := zone.Strings(data)
	if last := len(form) - 1; err == nil && len(words) > last && form[last].kind == word {
		words[last] = data[strings.LastIndexByte(data, ' ')+1:] // a name keeps its escapes
	}
	return words, err
}

// textOf is how the service takes the strings of a TXT record: as they are where they
// are one short string, and else quoted as in a master file. It cuts no long text by
// itself (github.com/Shopify/record_store, pull request 81).
func textOf(data string) string {
	raw, err := zone.Strings(data)
	if err == nil && len(raw) == 1 && data == `"`+raw[0]+`"` && strings.TrimSpace(raw[0]) == raw[0] && raw[0] != "" {
		return raw[0]
	}
	return data
}

// textsOf is what textOf makes text of.
func textsOf(text string) string {
	if strings.HasPrefix(text, `"`) {
		if data, err := zone.Canonical(zone.TXT, text); err == nil {
			return data
		}
	}
	return zone.Text(text)
}

// decode gives the service's data in canonical spelling.
func (r rdata) decode(t zone.Type) (string, error) {
	form := forms[t]
	if form == nil {
		return "", fmt.Errorf("%s %w", t, errForm)
	}
	words := make([]string, len(form))
	for i, f := range form {
		value, ok := r[f.key]
		if !ok {
			return "", fmt.Errorf("%s has no field %s", t, f.key)
		}
		words[i] = r.field(f, string(value))
	}
	return zone.Canonical(t, strings.Join(words, " "))
}

// field gives the value of one field as presentation form has it.
func (r rdata) field(f field, value string) string {
	switch {
	case f.kind == texts:
		return textsOf(value)
	case f.kind == text && !isQuoted(value):
		return `"` + zone.Escape(value) + `"`
	case f.key == "rname":
		return mailbox(value)
	case f.key == "digest":
		return strings.Trim(value, "( )")
	}
	return value
}

func isQuoted(s string) bool {
	return len(s) >= 2 && strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`)
}

// mailbox makes a name of a mail address, as an SOA record has it; names stay.
func mailbox(address string) string {
	user, host, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	return strings.ReplaceAll(user, ".", `\.`) + "." + host
}
