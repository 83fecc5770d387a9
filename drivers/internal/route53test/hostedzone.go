package route53test

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hostedZone is a zone with all that hangs on it. Its sets are in the order of
// lists.
type hostedZone struct {
	id, name, reference string
	comment             string
	private             bool
	delegation          *delegationSet // nil for a private zone
	sets                []RecordSet
	tags                []tag
	dnssec              bool
	busyUntil           time.Time
}

type zoneShape struct {
	Id                     string
	Name                   string
	CallerReference        string
	Config                 *zoneConfig
	ResourceRecordSetCount int
}

type zoneConfig struct {
	Comment     string `xml:",omitempty"`
	PrivateZone bool
}

func (z *hostedZone) shape() zoneShape {
	return zoneShape{"/hostedzone/" + z.id, z.name, z.reference, &zoneConfig{z.comment, z.private}, len(z.sets)}
}

type vpc struct{ VPCRegion, VPCId string }

type vpcs struct{ VPC []vpc }

// zoneAnswer is the document of CreateHostedZone and of GetHostedZone.
type zoneAnswer struct {
	HostedZone    zoneShape
	ChangeInfo    *changeInfo
	DelegationSet *delegationShape
	VPC           *vpc
	VPCs          *vpcs
}

// id makes an id as long as those of AWS, which falls anywhere in a list.
func (s *Service) id(prefix string) string {
	s.made++
	sum := sha256.Sum256([]byte(prefix + strconv.Itoa(s.made)))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:20]
}

func (s *Service) createHostedZone(q *request) (answer, error) {
	var in struct {
		Name, CallerReference, DelegationSetId string
		HostedZoneConfig                       zoneConfig
		VPC                                    *vpc
	}
	if err := q.decode("CreateHostedZoneRequest", &in); err != nil {
		return answer{}, err
	}
	name, err := zoneName(in.Name)
	err = first(err, lengths("callerReference", in.CallerReference, 1, 128), lengths("hostedZoneConfig.comment", in.HostedZoneConfig.Comment, 0, 256))
	switch {
	case err != nil:
		return answer{}, err
	case s.references[in.CallerReference]:
		return answer{}, refuse("HostedZoneAlreadyExists", "A hosted zone has already been created with the specified caller reference.")
	case len(s.zones) >= or(s.MaxZones, 500):
		return answer{}, refuse("TooManyHostedZones", "Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.")
	}
	z := &hostedZone{name: name, reference: in.CallerReference, comment: in.HostedZoneConfig.Comment, private: in.VPC != nil}
	if z.delegation, err = s.delegate(z, in.DelegationSetId); err != nil {
		return answer{}, err
	}
	s.add(z)
	out := zoneAnswer{HostedZone: z.shape(), ChangeInfo: s.changed(), DelegationSet: z.delegation.shape(), VPC: in.VPC}
	return answer{http.StatusCreated, "CreateHostedZoneResponse", out, "hostedzone/" + z.id}, nil
}

// zoneName reads the name of a zone to be.
func zoneName(s string) (string, error) {
	if err := lengths("name", s, 0, 1024); err != nil {
		return "", err
	}
	name, err := parseName(s)
	switch {
	case err != nil:
		return "", refuse("InvalidDomainName", "%v", err)
	case strings.Count(name, ".") < 2:
		return "", refuse("InvalidDomainName", "%s is not a valid domain name: a hosted zone cannot be a top-level domain", s)
	}
	return name, nil
}

// add puts a zone with the sets that the service gives it into the account.
func (s *Service) add(z *hostedZone) {
	z.id = s.id("Z")
	servers := privateServers
	if z.delegation != nil {
		servers = z.delegation.servers
	}
	var ns []string
	for _, n := range servers {
		ns = append(ns, n+".")
	}
	z.sets = []RecordSet{
		Simple(z.name, "NS", 172800, ns...),
		Simple(z.name, "SOA", 900, ns[0]+" awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"),
	}
	if s.zones == nil {
		s.zones, s.references = map[string]*hostedZone{}, map[string]bool{}
	}
	s.zones[z.id], s.references[z.reference] = z, true
	i, _ := slices.BinarySearchFunc(s.byName, z, compareZones)
	s.byName = slices.Insert(s.byName, i, z)
}

// zone finds a zone by its id, which may stand behind its kind.
func (s *Service) zone(id string) (*hostedZone, error) {
	if z := s.zones[strings.TrimPrefix(id, "/hostedzone/")]; z != nil {
		return z, nil
	}
	return nil, refuse("NoSuchHostedZone", "No hosted zone found with ID: %s", cmp.Or(id, "null"))
}

func (s *Service) getHostedZone(q *request) (answer, error) {
	z, err := s.zone(q.id)
	if err != nil {
		return answer{}, err
	}
	out := zoneAnswer{HostedZone: z.shape(), DelegationSet: z.delegation.shape()}
	if z.private {
		out.VPCs = &vpcs{[]vpc{{"us-east-1", "vpc-1"}}}
	}
	return ok("GetHostedZoneResponse", out)
}

func (s *Service) updateHostedZoneComment(q *request) (answer, error) {
	var in struct{ Comment string }
	if err := q.decode("UpdateHostedZoneCommentRequest", &in); err != nil {
		return answer{}, err
	}
	z, err := s.zone(q.id)
	switch {
	case err != nil:
		return answer{}, err
	case len(in.Comment) > 256:
		return answer{}, lengths("comment", in.Comment, 0, 256)
	}
	z.comment = in.Comment
	return ok("UpdateHostedZoneCommentResponse", struct{ HostedZone zoneShape }{z.shape()})
}

func (s *Service) deleteHostedZone(q *request) (answer, error) {
	z, err := s.zone(q.id)
	switch {
	case err != nil:
		return answer{}, err
	case z.dnssec:
		return answer{}, refuse("HostedZoneNotEmpty", "The specified hosted zone contains DNSSEC Key Signing Keys and so cannot be deleted.")
	case len(z.sets) > 2:
		return answer{}, refuse("HostedZoneNotEmpty", "The specified hosted zone contains non-required resource record sets and so cannot be deleted.")
	}
	delete(s.zones, z.id)
	s.byName = slices.DeleteFunc(s.byName, func(o *hostedZone) bool { return o == z })
	return ok("DeleteHostedZoneResponse", struct{ ChangeInfo *changeInfo }{s.changed()})
}
