package dyntest

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// A Record is one as the service keeps it. Numbers in RData are numbers.
type Record struct {
	ID    int
	FQDN  string
	Type  string
	TTL   int
	Class string
	RData map[string]any
}

// keys has the fields of the data of each type: those with a # are numbers, those
// with a dot are names, which have a final dot.
var keys = map[string][]string{
	"A": {"address"}, "AAAA": {"address"}, "ALIAS": {"alias."}, "CAA": {"flags#", "tag", "value"}, "CDNSKEY": {"flags#", "protocol#", "algorithm#", "public_key"},
	"CDS": {"keytag#", "algorithm#", "digtype#", "digest"}, "CERT": {"format#", "tag#", "algorithm#", "certificate"}, "CNAME": {"cname."},
	"CSYNC": {"soa_serial#", "flags", "types"}, "DHCID": {"digest"}, "DNAME": {"dname."}, "DNSKEY": {"flags#", "protocol#", "algorithm#", "public_key"},
	"DS": {"keytag#", "algorithm#", "digtype#", "digest"}, "IPSECKEY": {"precedence#", "gatetype#", "algorithm#", "gateway", "public_key"},
	"KEY": {"flags#", "protocol#", "algorithm#", "public_key"}, "KX": {"preference#", "exchange."},
	"LOC": {"latitude", "longitude", "altitude#", "size#", "horiz_pre#", "vert_pre#", "version#"}, "MX": {"preference#", "exchange."},
	"NAPTR": {"order#", "preference#", "flags", "services", "regexp", "replacement."}, "NS": {"nsdname."}, "NSAP": {"nsap"},
	"POLICY": {"name", "rtype", "api_url", "gui_url", "policy"}, "PTR": {"ptrdname."}, "PX": {"preference#", "map822", "mapx400"},
	"RP": {"mbox", "txtdname"}, "SOA": {"rname", "mname", "serial#", "refresh#", "retry#", "expire#", "minimum#"}, "SPF": {"txtdata"},
	"SRV": {"priority#", "weight#", "port#", "target."}, "SSHFP": {"algorithm#", "fptype#", "fingerprint"},
	"TLSA": {"cert_usage#", "selector#", "match_type#", "certificate"}, "TXT": {"txtdata"},
}

// oldTypes are those that version 3.5.2 gives no empty lists of.
var oldTypes = []string{"CAA", "CDNSKEY", "CDS", "CSYNC", "POLICY", "TLSA"}

// json is how the service shows a record.
func (r Record) json(z string, old bool) map[string]any {
	out := map[string]any{"zone": z, "ttl": r.TTL, "fqdn": r.FQDN, "record_type": r.Type, "rdata": r.RData, "record_id": r.ID}
	if !old && (r.Class != "" || r.Type == "NS") {
		out["service_class"] = r.Class
	}
	return out
}

// same reports whether two records are one but for number and TTL.
func (r Record) same(o Record) bool {
	return r.FQDN == o.FQDN && r.Type == o.Type && fmt.Sprint(r.RData) == fmt.Sprint(o.RData)
}

// sound puts the data of a record into the service's form, or says what is wrong.
func (r *Record) sound() *fault {
	data := map[string]any{}
	for _, k := range keys[r.Type] {
		name := strings.TrimRight(k, "#.")
		v, ok := r.RData[name]
		if !ok {
			return refuse("MISSING_DATA", "rdata: Missing data for "+name)
		}
		text := fmt.Sprint(v)
		switch {
		case strings.HasSuffix(k, "#"):
			n, err := strconv.ParseUint(text, 10, 32)
			if err != nil {
				return refuse("INVALID_DATA", name+": Not a number")
			}
			data[name] = int(n)
			continue
		case strings.HasSuffix(k, ".") && !strings.HasSuffix(text, "."):
			return refuse("INVALID_DATA", name+": Name must be fully qualified")
		}
		data[name] = text
	}
	r.RData = data
	return r.fit()
}

// fit judges what the fields of a type say.
func (r *Record) fit() *fault {
	switch r.Type {
	case "A", "AAAA":
		a, err := netip.ParseAddr(r.RData["address"].(string))
		if err != nil || a.Is4() != (r.Type == "A") {
			return refuse("INVALID_DATA", "address: Invalid address")
		}
		r.RData["address"] = a.String()
	case "CAA":
		if !slices.Contains([]string{"issue", "issuewild", "iodef"}, r.RData["tag"].(string)) {
			return refuse("INVALID_DATA", "tag: Invalid property tag")
		}
	case "TXT", "SPF":
		text, ok := oneText(r.RData["txtdata"].(string))
		if !ok {
			return refuse("INVALID_DATA", "txtdata: Text is too long or badly quoted")
		}
		r.RData["txtdata"] = text
	}
	return nil
}

// oneText is how the service keeps a text: a single plain string without quotes, all
// else as strings in quotes. A text without quotes is one string.
func oneText(text string) (string, bool) {
	if !strings.HasPrefix(text, `"`) {
		return text, len(text) <= 255
	}
	list, err := zone.Strings(text)
	if err != nil {
		return "", false
	}
	if plain := list[0]; len(list) == 1 && plain != "" && zone.Escape(plain) == plain {
		return plain, true
	}
	for i, s := range list {
		list[i] = `"` + zone.Escape(s) + `"`
	}
	return strings.Join(list, " "), true
}

// Of makes records of a set in the model.
func Of(s zone.RRset) (out []Record) {
	for _, data := range s.Data {
		r := Record{FQDN: strings.TrimSuffix(string(s.Name), "."), Type: string(s.Type), TTL: int(s.TTL), RData: map[string]any{}}
		words, err := zone.Strings(data)
		if fields := keys[r.Type]; err != nil || len(words) < len(fields) {
			panic("dyntest: no record of " + data)
		}
		if r.Type == "TXT" || r.Type == "SPF" {
			words = []string{data}
		}
		for i, k := range keys[r.Type] {
			r.RData[strings.TrimRight(k, "#.")] = words[i]
		}
		if f := r.sound(); f != nil {
			panic("dyntest: " + f.msgs[0].Info)
		}
		out = append(out, r)
	}
	return out
}
