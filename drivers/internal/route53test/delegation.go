package route53test

import (
	"fmt"
	"slices"
)

// delegationSet is four name servers; one with an id is reusable.
type delegationSet struct {
	id, reference string
	servers       []string // without the final dot, as the API gives them
}

type delegationShape struct {
	Id              string `xml:",omitempty"`
	CallerReference string `xml:",omitempty"`
	NameServers     struct{ NameServer []string }
}

func (d *delegationSet) shape() *delegationShape {
	if d == nil {
		return nil
	}
	out := &delegationShape{CallerReference: d.reference}
	if d.id != "" {
		out.Id = "/delegationset/" + d.id
	}
	out.NameServers.NameServer = d.servers
	return out
}

// privateServers are those of every private zone. They answer nobody.
var privateServers = []string{"ns-1536.awsdns-00.co.uk", "ns-0.awsdns-00.com", "ns-1024.awsdns-00.org", "ns-512.awsdns-00.net"}

// servers gives four name servers that nobody else has, one below each of four
// top-level domains.
func (s *Service) servers() (out []string) {
	s.made++
	for i, tld := range []string{"com", "net", "org", "co.uk"} {
		n := i*512 + s.made*37%512
		out = append(out, fmt.Sprintf("ns-%d.awsdns-%02d.%s", n, (s.made/512*7+n)%64, tld))
	}
	first := s.made % 4
	return slices.Concat(out[first:], out[:first])
}

// delegate gives a zone that is to be made its name servers.
func (s *Service) delegate(z *hostedZone, setID string) (*delegationSet, error) {
	if z.private {
		return nil, nil
	}
	namesakes := 0
	for _, other := range s.zones {
		if other.name == z.name && !other.private {
			namesakes++
		}
	}
	if namesakes >= or(s.MaxNamesakes, 100) {
		return nil, refuse("DelegationSetNotAvailable", "Cannot create hosted zone: the limit of hosted zones with the name %s has been reached", z.name)
	}
	return &delegationSet{servers: s.servers()}, nil
}
