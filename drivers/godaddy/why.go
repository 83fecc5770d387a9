package godaddy

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// The reasons for which GoDaddy turns an account away, which look much alike there.
const (
	whyKey      = "the key or token is not accepted (production and the test environment have different ones, and version 3 takes tokens only)"
	whyEligible = "the account is not eligible for GoDaddy's DNS API, which asks for a number of domains or for a plan: another key does not help"
	whyScope    = "the token lacks a right: it needs the scopes domains.domain:read and domains.dns:update"
	whyQuota    = "the account has used up its calls"
)

// soon is how long a quota may be used up that is only a limit of speed.
const soon = 10 * time.Minute

// sort finds the kind of an answer by its code, where the status does not tell, and
// why in plain words.
func sort(a rest.Answer, code string, after time.Duration) (k provider.Kind, why string) {
	code = strings.ToUpper(code)
	has := func(part string) bool { return strings.Contains(code, part) }
	switch {
	case has("QUOTA") && after > 0 && after <= soon:
		return provider.KindThrottled, ""
	case has("QUOTA"):
		return provider.KindQuota, whyQuota
	case a.Status == http.StatusForbidden && has("SCOPE"):
		return provider.KindAuth, whyScope
	case a.Status == http.StatusForbidden && (has("ELIGIBLE") || has("ACCESS_DENIED")):
		return provider.KindAuth, whyEligible
	case a.Status == http.StatusUnauthorized, has("AUTHENTICAT"):
		return provider.KindAuth, whyKey
	case has("NOT_MUTABLE"), has("DUPLICATE"):
		return provider.KindRefused, ""
	}
	return provider.KindOfStatus(a.Status), ""
}

// explained is an error of the service, sorted.
func explained(a rest.Answer, e provider.ServiceError) *provider.ServiceError {
	kind, why := sort(a, e.Code, max(e.RetryAfter, rest.RetryAfter(a.Header)))
	if e.Kind = kind; why != "" {
		e.Err = fmt.Errorf("%s: %w", why, e.Err)
	}
	return &e
}
