package plesk

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// defaultTTL takes the TTL of rows that state none from the SOA. Where that is
// not fit, neither are these rows.
func (v *converter) defaultTTL(soa *soaBody) {
	err := soa.ttlErr
	if err != nil {
		err = fmt.Errorf("has a TTL that cannot be read: %w", err)
	} else if soa.ttl != "" {
		v.ttl, err = parseTTL(soa.ttl)
	}
	if err != nil {
		v.ttlErr = fmt.Errorf("states no TTL, and the SOA %w", err)
		soa.err = fmt.Errorf("the SOA %w", err)
	}
}

// withStart puts the SOA into the zone. Plesk does not say the primary server:
// it is the first name server of the apex, or the root where there is none, and
// the target has to know better. A document without an SOA gives a zone without.
func (v *converter) withStart(z *zone.Zone, soa *soaBody) *zone.Zone {
	if soa == nil {
		return z
	}
	start, err := v.start(soa)
	key := zone.Key{Name: v.name, Type: zone.SOA}
	if err != nil {
		v.errs = append(v.errs, &RowError{v.index, v.name, -1, string(v.name), "SOA", "", err})
		v.findings = append(v.findings, zone.Finding{Level: zone.Refused, Key: key, Text: err.Error()})
		v.guards = append(v.guards, zone.Protected{Key: key, Reason: err.Error()})
		return z
	}
	start.MName = zone.Root
	if ns, ok := z.Get(zone.Key{Name: v.name, Type: zone.NS}); ok {
		start.MName = zone.Name(ns.Data[0])
	}
	plan := zone.Plan{Zone: v.name, Changes: []zone.Change{{New: zone.RRset{Key: key, TTL: v.ttl, Data: []string{start.String()}}}}}
	return z.Apply(plan)
}

// start reads the fields of the SOA; those that are missing are Plesk's
// defaults.
func (v *converter) start(soa *soaBody) (s zone.Start, err error) {
	if soa.err != nil {
		return s, soa.err
	}
	for _, f := range []struct {
		name, value string
		missing     uint32
		to          *uint32
	}{
		{"serial", soa.serial, 0, &s.Serial},
		{"refresh", soa.refresh, 10800, &s.Refresh},
		{"retry", soa.retry, 3600, &s.Retry},
		{"expire", soa.expire, 604800, &s.Expire},
		{"minimum", soa.minimum, 10800, &s.Minimum},
	} {
		n, err := strconv.ParseUint(f.value, 10, 32)
		if f.value == "" {
			n, err = uint64(f.missing), nil
		}
		if err != nil {
			return s, fmt.Errorf("the SOA has the %s %.40q: want a number of 32 bits", f.name, f.value)
		}
		*f.to = uint32(n)
	}
	if soa.email == "" {
		s.RName, err = v.name.Join("hostmaster")
	} else {
		s.RName, err = mailbox(soa.email)
	}
	return s, err
}

// mailbox writes an address as the name that an SOA has in its place: dots of
// the local part are escaped (RFC 1035 section 8).
func mailbox(email string) (zone.Name, error) {
	var local []byte
	domain := email
	if at := strings.LastIndexByte(email, '@'); at >= 0 {
		local, domain = escapeLabel(email[:at]), email[at+1:]
	}
	d, err := zone.ParseName(domain)
	if err == nil {
		d, err = zone.ParseName(string(local) + string(d))
	}
	if err != nil {
		return "", fmt.Errorf("the SOA has the email %.80q: %w", email, err)
	}
	return d, nil
}

// escapeLabel writes any octets as one label and the dot behind it.
func escapeLabel(s string) (out []byte) {
	for i := 0; i < len(s); i++ {
		out = fmt.Appendf(out, `\%03d`, s[i])
	}
	return append(out, '.')
}
