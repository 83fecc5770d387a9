package route53test

import (
	"errors"
	"fmt"
	"strings"
)

// A word is one field of a record's data, as written.
type word struct {
	text   string
	quoted bool
}

// A field says what one word has to be. Its judge gives what is wrong with the
// word, or nothing.
type field struct {
	code  string
	judge func(word) string
}

// forms holds what the data of each type is made of. SVCB and HTTPS may have any
// number of parameters behind it; TXT and SPF are not here, they are text.
var forms = map[string][]field{
	"A":     {{"IllegalIPv4Address", ipv4}},
	"AAAA":  {{"IllegalIPv6Address", ipv6}},
	"CNAME": {host}, "NS": {host}, "PTR": {host},
	"MX":    {number(16), host},
	"SRV":   {number(16), number(16), number(16), host},
	"CAA":   {number(8), {"IllegalTag", alphanumeric}, text},
	"DS":    {number(16), number(8), number(8), octets},
	"TLSA":  {number(8), number(8), number(8), octets},
	"SSHFP": {number(8), number(8), octets},
	"NAPTR": {number(16), number(16), text, text, text, host},
	"SOA":   {host, host, number(32), number(32), number(32), number(32), number(32)},
	"SVCB":  {number(16), host}, "HTTPS": {number(16), host},
}

// judge says what is wrong with the data of a record, in the service's words
// where they are known.
func judge(typ, value string, spaced bool) error {
	form, known := forms[typ]
	if !known {
		return textual(value, spaced)
	}
	if len(form) == 1 {
		return form[0].refuses(typ, word{text: value}, value)
	}
	words, err := split(value)
	if err != nil {
		return err
	}
	if typ == "SVCB" || typ == "HTTPS" {
		for range len(words) - len(form) {
			form = append(form, parameters) // the list in forms has no room, so this is a copy
		}
	}
	if len(words) != len(form) {
		return problem(typ+"RRDATANot"+counts[len(form)]+"Fields", fmt.Sprintf("%s record doesn't have %d fields", typ, len(form)), value)
	}
	for i, f := range form {
		if err := f.refuses(typ, words[i], value); err != nil {
			return err
		}
	}
	return nil
}

var counts = []string{2: "Two", 3: "Three", 4: "Four", 6: "Six", 7: "Seven"}

// refuses says what is wrong with a word. What is wrong with a name has a code of
// its own.
func (f field) refuses(typ string, w word, value string) error {
	why := f.judge(w)
	switch {
	case why == "":
		return nil
	case f.code == "":
		return errors.New(why)
	}
	return problem(typ+"RRDATA"+f.code, why, value)
}

// split takes data apart at blanks that stand outside of quotes.
func split(value string) (words []word, err error) {
	for rest := strings.TrimLeft(value, " "); rest != ""; rest = strings.TrimLeft(rest, " ") {
		w := word{quoted: rest[0] == '"'}
		size := 0
		if w.quoted {
			_, size, err = characterString(rest[1:], value)
			size++
		} else {
			size, err = bare(rest, value)
		}
		if err != nil {
			return nil, err
		}
		w.text, rest = strings.Trim(rest[:size], `"`), rest[size:]
		words = append(words, w)
	}
	return words, nil
}

// bare counts the characters of a word without quotes around it; inside of it
// there may be some, as in alpn="h2".
func bare(s, value string) (size int, err error) {
	open := false
	for ; size < len(s) && (open || s[size] != ' '); size++ {
		switch c := s[size]; {
		case c < ' ' || c >= 0x7f:
			return 0, problem("UnsupportedCharacter", "Value contains unsupported characters", value)
		case c == '"':
			open = !open
		}
	}
	if open {
		return 0, problem("InvalidCharacterString", "Value should be enclosed in quotation marks", value)
	}
	return size, nil
}
