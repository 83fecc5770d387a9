package route53test

import (
	"net/http"
	"net/url"
	"strings"
)

type operation func(*Service, *request) (answer, error)

// routes are the calls, by method and path below the version. Ids stand for *.
var routes = map[string]struct {
	action string
	do     operation
}{
	"POST hostedzone":         {"CreateHostedZone", (*Service).createHostedZone},
	"GET hostedzone":          {"ListHostedZones", (*Service).listHostedZones},
	"GET hostedzonesbyname":   {"ListHostedZonesByName", (*Service).listHostedZonesByName},
	"GET hostedzonecount":     {"GetHostedZoneCount", (*Service).getHostedZoneCount},
	"GET hostedzone/*":        {"GetHostedZone", (*Service).getHostedZone},
	"POST hostedzone/*":       {"UpdateHostedZoneComment", (*Service).updateHostedZoneComment},
	"DELETE hostedzone/*":     {"DeleteHostedZone", (*Service).deleteHostedZone},
	"GET hostedzone/*/rrset":  {"ListResourceRecordSets", (*Service).listResourceRecordSets},
	"POST hostedzone/*/rrset": {"ChangeResourceRecordSets", (*Service).changeResourceRecordSets},
	"GET hostedzone/*/dnssec": {"GetDNSSEC", (*Service).getDNSSEC},
	"GET change/*":            {"GetChange", (*Service).getChange},

	"GET accountlimit/*":                 {"GetAccountLimit", (*Service).getAccountLimit},
	"GET hostedzonelimit/*/*":            {"GetHostedZoneLimit", (*Service).getHostedZoneLimit},
	"GET reusabledelegationsetlimit/*/*": {"GetReusableDelegationSetLimit", (*Service).getReusableDelegationSetLimit},

	"GET tags/*/*":  {"ListTagsForResource", (*Service).listTagsForResource},
	"POST tags/*/*": {"ChangeTagsForResource", (*Service).changeTagsForResource},
	"POST tags/*":   {"ListTagsForResources", (*Service).listTagsForResources},

	"POST delegationset":     {"CreateReusableDelegationSet", (*Service).createReusableDelegationSet},
	"GET delegationset":      {"ListReusableDelegationSets", (*Service).listReusableDelegationSets},
	"GET delegationset/*":    {"GetReusableDelegationSet", (*Service).getReusableDelegationSet},
	"DELETE delegationset/*": {"DeleteReusableDelegationSet", (*Service).deleteReusableDelegationSet},
}

// verbs are the words that may stand after an id.
const verbs = " rrset dnssec "

// route finds the operation, and takes the ids out of the path.
func (q *request) route(r *http.Request) operation {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.EscapedPath(), "/2013-04-01"), "/"), "/")
	for i, p := range parts[1:] {
		p, _ = url.PathUnescape(p)
		switch {
		case i == 0:
			q.id, parts[1] = p, "*"
		case !strings.Contains(verbs, " "+p+" "):
			q.second, parts[i+1] = p, "*"
		}
	}
	found := routes[r.Method+" "+strings.Join(parts, "/")]
	q.action = found.action
	return found.do
}
