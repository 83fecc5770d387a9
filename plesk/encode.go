package plesk

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/zonecast/zonecast/zone"
)

// The shapes that Encode writes, in Plesk's order of keys.

type jsonCommand struct {
	Command string    `json:"command"`
	Zone    *jsonZone `json:"zone,omitempty"`
	PTR     *jsonPTR  `json:"ptr,omitempty"`
}

type jsonZone struct {
	Name        string    `json:"name"`
	DisplayName string    `json:"displayName"`
	SOA         *jsonSOA  `json:"soa,omitempty"`
	RR          []jsonRow `json:"rr,omitzero"`
}

type jsonSOA struct {
	Email        string `json:"email"`
	Status       int    `json:"status"`
	Type         string `json:"type"`
	TTL          uint32 `json:"ttl"`
	Refresh      uint32 `json:"refresh"`
	Retry        uint32 `json:"retry"`
	Expire       uint32 `json:"expire"`
	Minimum      uint32 `json:"minimum"`
	Serial       uint32 `json:"serial"`
	SerialFormat string `json:"serial_format"`
}

type jsonRow struct {
	Host         string `json:"host"`
	DisplayHost  string `json:"displayHost"`
	Type         string `json:"type"`
	DisplayValue string `json:"displayValue"`
	Opt          string `json:"opt"`
	Value        string `json:"value"`
	TTL          uint32 `json:"ttl"`
}

type jsonPTR struct {
	Address  string `json:"ip_address"`
	Hostname string `json:"hostname"`
}

// Encode writes intents as the document from which Decode reads them again: for
// tests of what is built on this package, and to record and replay. A Patch
// becomes a PTR command for each record. What Plesk cannot say is an error, and
// then nothing is written: protected sets, texts whose boundaries matter, other
// patches than those of PTR records.
func Encode(w io.Writer, intents ...zone.Intent) error {
	commands := []jsonCommand{}
	for i, in := range intents {
		c, err := encode(in)
		if err != nil {
			return fmt.Errorf("intent %d: zone %s: %w", i, in.Zone, err)
		}
		commands = append(commands, c...)
	}
	return json.MarshalWrite(w, commands)
}

var (
	errNoWish   = errors.New("has no wish")
	errGuarded  = errors.New("protects sets, which Plesk cannot say")
	errNotPTR   = errors.New("patches something else than the PTR record of an address")
	errBoundary = errors.New("has a text whose boundaries Plesk cannot say")
	errUnsaid   = errors.New("cannot be said in the columns of Plesk")
)

func encode(in zone.Intent) ([]jsonCommand, error) {
	switch w := in.Wish.(type) {
	case zone.Replace:
		z, err := encodeZone(w.Zone)
		return []jsonCommand{{Command: "update", Zone: z}}, err
	case zone.Remove:
		return []jsonCommand{{Command: "delete", Zone: &jsonZone{Name: string(in.Zone), DisplayName: string(in.Zone)}}}, nil
	case zone.Patch:
		drop, err := encodePTRs("deletePTRs", w.Drop)
		if err != nil {
			return nil, err
		}
		add, err := encodePTRs("createPTRs", w.Add)
		return append(drop, add...), err
	}
	return nil, errNoWish
}

func encodeZone(z *zone.Zone) (*jsonZone, error) {
	if len(z.Protected()) > 0 {
		return nil, errGuarded
	}
	out := &jsonZone{Name: string(z.Name()), DisplayName: string(z.Name()), RR: []jsonRow{}}
	for s := range z.All() {
		if s.Type == zone.SOA {
			var err error
			if out.SOA, err = encodeSOA(z, s.TTL); err != nil {
				return nil, fmt.Errorf("%s: %w", s.Key, err)
			}
			continue
		}
		for _, data := range s.Data {
			r, err := encodeRow(s.Type, data)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.Key, err)
			}
			r.Host, r.DisplayHost, r.Type, r.DisplayValue, r.TTL = string(s.Name), string(s.Name), string(s.Type), r.Value, s.TTL
			out.RR = append(out.RR, r)
		}
	}
	return out, nil
}

func encodeSOA(z *zone.Zone, ttl uint32) (*jsonSOA, error) {
	s, _ := z.Start()
	to := email(s.RName)
	if again, err := mailbox(to); err != nil || again != s.RName {
		return nil, fmt.Errorf("%s: %w", s.RName, errUnsaid)
	}
	return &jsonSOA{
		Email: to, Type: "master", TTL: ttl, Refresh: s.Refresh, Retry: s.Retry,
		Expire: s.Expire, Minimum: s.Minimum, Serial: s.Serial, SerialFormat: "UNIXTIMESTAMP",
	}, nil
}

// email is the inverse of mailbox.
func email(rname zone.Name) string {
	parent := rname.Parent()
	local := strings.TrimSuffix(string(rname[:len(rname)-len(parent)]), ".")
	if raw, err := zone.RawText(`"` + local + `"`); err == nil {
		local = raw
	}
	return local + "@" + strings.TrimSuffix(string(parent), ".")
}

// optFields is how many fields of the data Plesk puts into opt.
var optFields = map[zone.Type]int{zone.MX: 1, zone.SRV: 3, zone.CAA: 2, "TLSA": 3, "HTTPS": 1}

// encodeRow cuts data into opt and value.
func encodeRow(t zone.Type, rdata string) (r jsonRow, err error) {
	if t == zone.TXT || t == "SPF" {
		r.Value, err = zone.RawText(rdata)
		if err == nil && zone.Text(r.Value) != rdata {
			err = errBoundary
		}
		return r, err
	}
	fields := strings.SplitN(rdata, " ", optFields[t]+1)
	r.Opt = strings.Join(fields[:len(fields)-1], " ")
	r.Value = fields[len(fields)-1]
	if t == zone.CAA {
		r.Value, err = zone.RawText(r.Value)
	}
	if err == nil {
		err = sayable(t, r, rdata)
	}
	return r, err
}

// sayable makes sure that Decode will understand a row as it was meant.
func sayable(t zone.Type, r jsonRow, want string) error {
	again, err := data(t, r.Opt, r.Value)
	if err == nil {
		again, err = zone.Canonical(t, again)
	}
	if err == nil && again != want {
		err = errUnsaid
	}
	return err
}

func encodePTRs(verb string, records []zone.Record) (out []jsonCommand, err error) {
	for _, r := range records {
		a, ok := address(r.Name)
		if r.Type != zone.PTR || !ok {
			return nil, fmt.Errorf("%s %s: %w", r.Name, r.Type, errNotPTR)
		}
		out = append(out, jsonCommand{Command: verb, PTR: &jsonPTR{a.StringExpanded(), strings.TrimSuffix(r.Data, ".")}})
	}
	return out, nil
}

// address is the inverse of zone.Reverse.
func address(n zone.Name) (netip.Addr, bool) {
	labels := strings.Split(string(n), ".")
	var text string
	switch {
	case n.In("in-addr.arpa.") && len(labels) == 7:
		text = labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0]
	case n.In("ip6.arpa.") && len(labels) == 35:
		for i := 31; i >= 0; i-- {
			if text += labels[i]; i%4 == 0 && i > 0 {
				text += ":"
			}
		}
	}
	a, err := netip.ParseAddr(text)
	return a, err == nil && zone.Reverse(a) == n
}
