package route53test

type limit struct {
	Type  string
	Value int
}

// limitAnswer is the document of all calls that ask for a quota.
type limitAnswer struct {
	Limit limit
	Count int
}

func (s *Service) getHostedZoneCount(*request) (answer, error) {
	return ok("GetHostedZoneCountResponse", struct{ HostedZoneCount int }{len(s.zones)})
}

func (s *Service) getAccountLimit(q *request) (answer, error) {
	now, known := map[string]limitAnswer{
		"MAX_HOSTED_ZONES_BY_OWNER":             {limit{Value: or(s.MaxZones, 500)}, len(s.zones)},
		"MAX_REUSABLE_DELEGATION_SETS_BY_OWNER": {limit{Value: 100}, len(s.delegations)},
		"MAX_HEALTH_CHECKS_BY_OWNER":            {limit{Value: 200}, 0},
		"MAX_TRAFFIC_POLICIES_BY_OWNER":         {limit{Value: 50}, 0},
		"MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER": {limit{Value: 5}, 0},
	}[q.id]
	if !known {
		return answer{}, constraint("type", q.id, "Member must satisfy enum value set")
	}
	now.Limit.Type = q.id
	return ok("GetAccountLimitResponse", now)
}

func (s *Service) getHostedZoneLimit(q *request) (answer, error) {
	z, err := s.zone(q.id)
	switch {
	case err != nil:
		return answer{}, err
	case q.second == "MAX_RRSETS_BY_ZONE":
		return ok("GetHostedZoneLimitResponse", limitAnswer{limit{q.second, or(s.MaxSets, 10_000)}, len(z.sets)})
	case q.second != "MAX_VPCS_ASSOCIATED_BY_ZONE":
		return answer{}, oneOf("type", q.second, []string{"MAX_RRSETS_BY_ZONE", "MAX_VPCS_ASSOCIATED_BY_ZONE"})
	case !z.private:
		return answer{}, refuse("HostedZoneNotPrivate", "The specified hosted zone is a public hosted zone, not a private hosted zone.")
	}
	return ok("GetHostedZoneLimitResponse", limitAnswer{limit{q.second, 300}, 1})
}

func (s *Service) getReusableDelegationSetLimit(q *request) (answer, error) {
	d, err := s.delegation(q.id)
	switch {
	case err != nil:
		return answer{}, err
	case q.second != "MAX_ZONES_BY_REUSABLE_DELEGATION_SET":
		return answer{}, oneOf("type", q.second, []string{"MAX_ZONES_BY_REUSABLE_DELEGATION_SET"})
	}
	return ok("GetReusableDelegationSetLimitResponse", limitAnswer{limit{q.second, or(s.MaxDelegations, 100)}, s.using(d)})
}

func (s *Service) getDNSSEC(q *request) (answer, error) {
	z, err := s.zone(q.id)
	switch {
	case err != nil:
		return answer{}, err
	case z.private:
		return answer{}, refuse("InvalidArgument", "DNSSEC is not supported for private hosted zones")
	}
	var out struct {
		Status struct{ ServeSignature string }
		Keys   struct{} `xml:"KeySigningKeys"`
	}
	out.Status.ServeSignature = "NOT_SIGNING"
	if z.dnssec {
		out.Status.ServeSignature = "SIGNING"
	}
	return ok("GetDNSSECResponse", out)
}
