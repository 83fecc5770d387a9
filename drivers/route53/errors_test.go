package route53

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/provider"
)

func TestAnswersAreSortedByTheirCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for want, faults := range map[provider.Kind][]route53test.Fault{
			provider.KindAuth:      {route53test.ExpiredToken, route53test.InvalidClientTokenId, route53test.SignatureDoesNotMatch, route53test.AccessDenied},
			provider.KindThrottled: {route53test.Throttled, {Code: "ThrottlingException", Message: "Rate exceeded"}},
			provider.KindTransient: {route53test.Busy, route53test.Internal, route53test.Unavailable},
			provider.KindQuota:     {{Code: "TooManyHostedZones"}, {Code: "DelegationSetNotAvailable"}, {Code: "InvalidChangeBatch", Message: "Exceeded limit MAX_RRSETS_BY_ZONE for zone: Z1"}},
			provider.KindRefused:   {{Code: "InvalidInput"}, {Code: "InvalidChangeBatch"}, {Code: "InvalidDomainName"}, {Code: "ConflictingDomainExists"}},
			provider.KindNotFound:  {{Code: "NoSuchDelegationSet"}, {Code: "NoSuchHostedZone"}},
		} {
			for _, f := range faults {
				s := &route53test.Service{}
				s.Fault = func(string, route53test.Call) route53test.Fault { return f }
				_, err := open(t, s).Zone(t.Context(), "example.com.")
				e := failure[*provider.ServiceError](t, err)
				assert.Equal(t, want, e.Kind, f.Code)
				assert.Equal(t, f.Code, e.Code)
				assert.Equal(t, s.Calls()[len(s.Calls())-1].RequestID, e.RequestID)
				assert.Contains(t, e.Error(), f.Message)
				assert.Equal(t, f.Code == "NoSuchHostedZone", errors.Is(err, provider.ErrNoZone))
			}
		}
	})
}

func TestBothDocumentsOfARefusalHaveTheirWords(t *testing.T) {
	for _, old := range []bool{false, true} {
		s := &route53test.Service{OldErrors: old}
		s.AddZone("example.com.")
		p := open(t, s)
		plan := planned(t, p, parsed(t, "example.com.", "a 300 NS ns.example.net.\na 300 MX 10 .\n*.b 300 NS ns.example.net."))
		err := p.Apply(t.Context(), plan)
		assert.ErrorContains(t, err, "a wildcard cannot be delegated")
		assert.ErrorContains(t, err, "[request 0")
		e := failure[*provider.ServiceError](t, err)
		assert.Equal(t, "InvalidChangeBatch", e.Code)
	}
}

func TestNoErrorHasAKey(t *testing.T) {
	s := &route53test.Service{}
	s.Fault = func(string, route53test.Call) route53test.Fault {
		return route53test.Fault{Code: "InvalidAccessKeyId", Message: "The AWS Access Key Id AKID-" + t.Name() + " does not exist"}
	}
	_, err := open(t, s).Zone(t.Context(), "example.com.")
	assert.ErrorContains(t, err, "The AWS Access Key Id … does not exist")
	for e := err; e != nil; e = errors.Unwrap(e) {
		assert.NotContains(t, e.Error(), t.Name())
	}
}

func TestWhatMayHaveBeenDoneIsLost(t *testing.T) {
	for err, lost := range map[error]bool{
		errors.New("connection reset"):                      true,
		context.DeadlineExceeded:                            true,
		&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}: false,
		&net.OpError{Op: "read", Err: syscall.ECONNRESET}:   true,
		&credentialsError{errors.New("none")}:               false,
		&smithy.SerializationError{Err: errors.New("bad")}:  false,
		&smithy.GenericAPIError{Code: "Throttling"}:         false,
		&smithy.GenericAPIError{Code: "InternalFailure"}:    true,
	} {
		assert.Equal(t, lost, isLost(err), "%v", err)
	}
}
