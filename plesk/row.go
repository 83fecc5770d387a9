package plesk

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// The rows that nobody wants written, by why.
const (
	reverse  = iota // PTR rows: a reverse record, which comes as a command of its own
	transfer        // AXFR rows: who may transfer the zone
	primary         // master rows: whom Plesk transfers it from
	outside         // rows of other zones, which Plesk's table can hold
	kinds
)

var skipWords = [kinds]string{
	reverse:  "PTR rows are skipped, since reverse records come as commands of their own",
	transfer: "AXFR rows are skipped, since they are no records",
	primary:  "master rows are skipped, since they are no records",
	outside:  "rows outside the zone are skipped",
}

// saySkipped notes what was skipped, a line for each kind.
func (v *converter) saySkipped() {
	for kind, hosts := range v.skipped {
		if len(hosts) > 0 {
			v.findings = append(v.findings, zone.Finding{Text: fmt.Sprintf("%s: %.200s", skipWords[kind], strings.Join(hosts, ", "))})
		}
	}
}

var (
	errNoValue  = errors.New("has no value")
	errNoOrigin = errors.New("is neither in the zone nor absolute")
)

// row takes one row in: as a record, as skipped, or as refused.
func (v *converter) row(i int, r row) {
	kind := strings.ToUpper(strings.TrimSpace(r.kind))
	switch {
	case r.err != nil:
		v.refuse(i, r.err)
	case kind == "PTR" && isAddress(r.host):
		v.skip(reverse, r.host)
	case kind == "AXFR":
		v.skip(transfer, r.host)
	case kind == "MASTER":
		v.skip(primary, r.host)
	default:
		v.forward(i, kind, r)
	}
}

// forward takes in a row that is a record, of this zone or of another.
func (v *converter) forward(i int, kind string, r row) {
	n, err := zone.ParseName(r.host)
	if err == nil && !n.In(v.name) {
		if strings.HasSuffix(r.host, ".") {
			v.skip(outside, r.host)
			return
		}
		err = errNoOrigin
	}
	rec := zone.Record{Name: n}
	if err == nil {
		rec, err = v.record(n, kind, r)
	}
	if err != nil {
		v.refuse(i, err)
		return
	}
	v.records, v.rows = append(v.records, rec), append(v.rows, i)
}

// record makes a record of a row.
func (v *converter) record(n zone.Name, kind string, r row) (rec zone.Record, err error) {
	rec = zone.Record{Name: n, TTL: v.ttl}
	if rec.Type, err = zone.ParseType(kind); err != nil {
		return rec, err
	}
	if !r.valued {
		return rec, errNoValue
	}
	if r.ttl != "" {
		rec.TTL, err = parseTTL(r.ttl)
	} else {
		err = v.ttlErr
	}
	if err == nil {
		rec.Data, err = data(rec.Type, r.opt, r.value)
	}
	return rec, err
}

func (v *converter) skip(kind int, host string) {
	v.skipped[kind] = append(v.skipped[kind], word(host))
}

func parseTTL(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > zone.MaxTTL {
		return 0, fmt.Errorf("has the TTL %.40q: want seconds up to %d", s, zone.MaxTTL)
	}
	return uint32(n), nil
}

var (
	errIsAddress    = errors.New("is an address where a name has to be")
	errNoPreference = errors.New("has no preference")
)

// data joins the two parts that Plesk cuts record data into: opt is what comes
// before the last field, and where it is empty value has all of it. TXT and the
// value of CAA come as raw text, without quotes or escapes.
func data(t zone.Type, opt, value string) (string, error) {
	opt = strings.TrimSpace(opt)
	switch t {
	case zone.TXT, "SPF":
		return zone.Text(value), nil
	case zone.CAA:
		return caa(opt, value), nil
	}
	joined := strings.TrimSpace(value)
	if opt != "" {
		joined = opt + " " + joined
	}
	if t == zone.MX && !strings.Contains(joined, " ") {
		return "", errNoPreference
	}
	switch t {
	case zone.MX, zone.SRV, zone.NS, zone.CNAME, zone.DNAME:
		if isAddress(joined[strings.LastIndexByte(joined, ' ')+1:]) {
			return "", errIsAddress
		}
	}
	return joined, nil
}

// isAddress finds an address in the place of a host name: a typing error that
// DNS would take for a name of four labels.
func isAddress(host string) bool {
	if host == "" || host[0] > '9' && !strings.Contains(host, ":") {
		return false // the error of a parser is dear
	}
	_, err := netip.ParseAddr(strings.TrimSuffix(host, "."))
	return err == nil
}

// caa quotes the value, which has no outer quotes in the panel; some users type
// them.
func caa(opt, value string) string {
	if opt == "" {
		flags, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
		tag, rest, _ := strings.Cut(strings.TrimSpace(rest), " ")
		opt, value = flags+" "+tag, strings.TrimSpace(rest)
	}
	if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	flags, tag, _ := strings.Cut(opt, " ")
	return flags + " " + strings.ToLower(tag) + ` "` + zone.Escape(value) + `"`
}
