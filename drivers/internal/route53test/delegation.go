package route53test

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
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

// servers gives four name servers, one below each of four top-level domains.
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
	switch {
	case len(setID) > 32:
		return nil, lengths("delegationSetId", setID, 0, 32)
	case z.private && setID != "":
		return nil, refuse("InvalidInput", "A reusable delegation set cannot be associated with a private hosted zone")
	case z.private:
		return nil, nil
	}
	switch {
	case s.namesakes(z.name) >= or(s.MaxNamesakes, 100):
		return nil, refuse("DelegationSetNotAvailable", "Cannot create hosted zone: the limit of hosted zones with the name %s has been reached", z.name)
	case setID == "":
		return &delegationSet{servers: s.servers()}, nil
	}
	return s.reuse(z, setID)
}

// namesakes counts the public zones of a name.
func (s *Service) namesakes(name string) (n int) {
	i, _ := slices.BinarySearchFunc(s.byName, &hostedZone{name: name}, compareZones)
	for ; i < len(s.byName) && s.byName[i].name == name; i++ {
		if !s.byName[i].private {
			n++
		}
	}
	return n
}

// reuse gives a zone the name servers of a reusable delegation set. Zones that
// could be mistaken for each other, because one is the other or stands below it,
// must not share a server.
func (s *Service) reuse(z *hostedZone, setID string) (*delegationSet, error) {
	d, err := s.delegation(setID)
	if err != nil {
		return nil, err
	}
	for _, other := range s.zones {
		related := within(z.name, other.name) || within(other.name, z.name)
		if related && !other.private && slices.ContainsFunc(d.servers, func(n string) bool { return slices.Contains(other.delegation.servers, n) }) {
			return nil, refuse("ConflictingDomainExists", "Cannot create hosted zone %s: it shares name servers with the hosted zone %s", z.name, other.name)
		}
	}
	if s.using(d) >= or(s.MaxDelegations, 100) {
		return nil, refuse("TooManyHostedZones", "Limits Exceeded: MAX_ZONES_BY_REUSABLE_DELEGATION_SET - Cannot associate more hosted zones.")
	}
	return d, nil
}

func (s *Service) delegation(id string) (*delegationSet, error) {
	if d := s.delegations[strings.TrimPrefix(id, "/delegationset/")]; d != nil {
		return d, nil
	}
	return nil, refuse("NoSuchDelegationSet", "No delegation set found with ID: %s", id)
}

// using counts the zones of a delegation set.
func (s *Service) using(d *delegationSet) (n int) {
	for _, z := range s.zones {
		if z.delegation == d {
			n++
		}
	}
	return n
}

type delegationAnswer struct{ DelegationSet *delegationShape }

func (s *Service) createReusableDelegationSet(q *request) (answer, error) {
	var in struct{ CallerReference, HostedZoneId string }
	if err := q.decode("CreateReusableDelegationSetRequest", &in); err != nil {
		return answer{}, err
	}
	switch err := lengths("callerReference", in.CallerReference, 1, 128); {
	case err != nil:
		return answer{}, err
	case s.hasDelegation(in.CallerReference):
		return answer{}, refuse("DelegationSetAlreadyCreated", "A delegation set with the same owner and caller reference combination has already been created.")
	case len(s.delegations) >= 100:
		return answer{}, refuse("LimitsExceeded", "Limits Exceeded: MAX_REUSABLE_DELEGATION_SETS_BY_OWNER")
	}
	d, err := s.reusable(in.HostedZoneId)
	if err != nil {
		return answer{}, err
	}
	d.id, d.reference = s.id("N"), in.CallerReference
	if s.delegations == nil {
		s.delegations = map[string]*delegationSet{}
	}
	s.delegations[d.id] = d
	return answer{http.StatusCreated, "CreateReusableDelegationSetResponse", delegationAnswer{d.shape()}, "delegationset/" + d.id}, nil
}

// reusable gives the set that is to become reusable: that of a zone, or a new
// one.
func (s *Service) reusable(zoneID string) (*delegationSet, error) {
	switch z := s.zones[strings.TrimPrefix(zoneID, "/hostedzone/")]; {
	case zoneID == "":
		return &delegationSet{servers: s.servers()}, nil
	case z == nil:
		return nil, refuse("HostedZoneNotFound", "The specified HostedZone can't be found.")
	case z.private:
		return nil, refuse("InvalidArgument", "The delegation set of a private hosted zone cannot be reused")
	case z.delegation.id != "":
		return nil, refuse("DelegationSetAlreadyReusable", "The specified delegation set has already been marked as reusable.")
	default:
		return z.delegation, nil
	}
}

func (s *Service) hasDelegation(reference string) bool {
	for _, d := range s.delegations {
		if d.reference == reference {
			return true
		}
	}
	return false
}

func (s *Service) getReusableDelegationSet(q *request) (answer, error) {
	d, err := s.delegation(q.id)
	if err != nil {
		return answer{}, err
	}
	return ok("GetReusableDelegationSetResponse", delegationAnswer{d.shape()})
}

func (s *Service) deleteReusableDelegationSet(q *request) (answer, error) {
	d, err := s.delegation(q.id)
	switch {
	case err != nil:
		return answer{}, err
	case s.using(d) > 0:
		return answer{}, refuse("DelegationSetInUse", "The specified delegation contains associated hosted zones which must be deleted before the reusable delegation set can be deleted.")
	}
	delete(s.delegations, d.id)
	return ok("DeleteReusableDelegationSetResponse", struct{}{})
}

func (s *Service) listReusableDelegationSets(q *request) (answer, error) {
	size, err := q.limit(100)
	if err != nil {
		return answer{}, err
	}
	out := struct {
		DelegationSets struct{ DelegationSet []*delegationShape }
		Marker         string `xml:",omitempty"`
		IsTruncated    bool
		NextMarker     string `xml:",omitempty"`
		MaxItems       int
	}{Marker: q.query.Get("marker"), MaxItems: size}
	all := slices.SortedFunc(maps.Values(s.delegations), func(a, b *delegationSet) int { return cmp.Compare(a.id, b.id) })
	all = slices.DeleteFunc(all, func(d *delegationSet) bool { return d.id < out.Marker })
	now, next := page(all, size)
	for _, d := range now {
		out.DelegationSets.DelegationSet = append(out.DelegationSets.DelegationSet, d.shape())
	}
	if next != nil {
		out.IsTruncated, out.NextMarker = true, (*next).id
	}
	return ok("ListReusableDelegationSetsResponse", out)
}
