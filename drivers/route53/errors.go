package route53

import (
	"errors"
	"net"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/zonecast/zonecast/provider"
)

// kinds sorts the service's codes. They are compared as text: for one and the same
// code the SDK gives a type of its own here and a general one there.
var kinds = map[string]provider.Kind{
	"Throttling": provider.KindThrottled, "ThrottlingException": provider.KindThrottled, "RequestLimitExceeded": provider.KindThrottled,
	"TooManyRequestsException": provider.KindThrottled, "RequestThrottled": provider.KindThrottled, "SlowDown": provider.KindThrottled,

	"PriorRequestNotComplete": provider.KindTransient, "ConcurrentModification": provider.KindTransient, "RequestTimeout": provider.KindTransient,
	"RequestExpired": provider.KindTransient, "ServiceUnavailable": provider.KindTransient, "InternalFailure": provider.KindTransient,
	"InternalError": provider.KindTransient, "InternalServerError": provider.KindTransient,

	"AccessDenied": provider.KindAuth, "AccessDeniedException": provider.KindAuth, "AuthFailure": provider.KindAuth,
	"ExpiredToken": provider.KindAuth, "ExpiredTokenException": provider.KindAuth, "IncompleteSignature": provider.KindAuth,
	"InvalidAccessKeyId": provider.KindAuth, "InvalidClientTokenId": provider.KindAuth, "MissingAuthenticationToken": provider.KindAuth,
	"NotAuthorizedException": provider.KindAuth, "OptInRequired": provider.KindAuth, "SignatureDoesNotMatch": provider.KindAuth,
	"UnrecognizedClientException": provider.KindAuth,

	"TooManyHostedZones": provider.KindQuota, "LimitsExceeded": provider.KindQuota, "DelegationSetNotAvailable": provider.KindQuota,

	"NoSuchHostedZone": provider.KindNotFound, "HostedZoneNotFound": provider.KindNotFound, "NoSuchChange": provider.KindNotFound,
	"NoSuchDelegationSet": provider.KindNotFound,

	"HostedZoneAlreadyExists": provider.KindRefused, // 409, which elsewhere is a matter of time
}

// sort makes a ServiceError of what the SDK gave. Of a zone that is not there it
// is an ErrNoZone as well. Services repeat the id of the key they were called with;
// it is left out.
func sort(err error, keyID string) error {
	if err == nil {
		return nil
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return sortSilence(err)
	}
	out := &provider.ServiceError{Code: api.ErrorCode(), Err: said(without(keyID, words(api)))}
	status := 0
	if r, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		out.RequestID, status = r.ServiceRequestID(), r.HTTPStatusCode()
	}
	kind, known := kinds[out.Code]
	switch {
	case strings.Contains(allThatIsSaid(out.Err), "MAX_RRSETS_BY_ZONE"):
		kind = provider.KindQuota
	case !known && status == 0:
		kind = provider.KindRefused
	case !known:
		kind = provider.KindOfStatus(status)
	}
	out.Kind = kind
	if out.Code == "NoSuchHostedZone" {
		out.Err = errors.Join(provider.ErrNoZone, out.Err)
	}
	return out
}

// sortSilence sorts what is no answer of the service.
func sortSilence(err error) error {
	kind := provider.KindTransient
	if _, ok := errors.AsType[*credentialsError](err); ok {
		kind = provider.KindAuth
	}
	return &provider.ServiceError{Kind: kind, Err: inner(err)}
}

// inner leaves out what the SDK says of its own way.
func inner(err error) error {
	if e, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*smithy.CanceledError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*smithy.OperationError](err); ok {
		return e.Err
	}
	return err
}

// words gives what the service says. A refused batch has a list of messages, in
// one of two documents.
func words(api smithy.APIError) string {
	if b, ok := api.(*types.InvalidChangeBatch); ok && len(b.Messages) > 0 {
		return strings.Join(b.Messages, ", ")
	}
	text := api.ErrorMessage()
	if list, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(list, "]") {
		text = strings.TrimSuffix(list, "]")
	}
	return text
}

// said is what the service said, whole. As an error it is no longer than people read:
// the service repeats what it was sent.
type said string

func (s said) Error() string {
	const most, end = 2000, 200
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most-end] + " … " + s[len(s)-end:])
}

// allThatIsSaid gives the service's words whole.
func allThatIsSaid(err error) string {
	if s, ok := errors.AsType[said](err); ok {
		return string(s)
	}
	return err.Error()
}

func without(secret, text string) string {
	if secret == "" {
		return text
	}
	return strings.ReplaceAll(text, secret, "…")
}

// credentialsError says that there are no credentials to sign with.
type credentialsError struct{ err error }

func (e *credentialsError) Error() string { return "there are no credentials: " + e.err.Error() }
func (e *credentialsError) Unwrap() error { return e.err }

// A lostError is of a call that may have been done: it went out, and what came
// back does not say.
type lostError struct{ error }

func (e lostError) Unwrap() error { return e.error }

// isLost reports whether the service may have done what was asked, by what the SDK
// gave.
func isLost(err error) bool {
	if r, ok := errors.AsType[*awshttp.ResponseError](err); ok && r.HTTPStatusCode() < http.StatusInternalServerError {
		return r.HTTPStatusCode() < http.StatusBadRequest // an answer that could not be read
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok && kinds[api.ErrorCode()] == provider.KindThrottled {
		return false
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return false
	}
	_, unsigned := errors.AsType[*credentialsError](err)
	_, unwritten := errors.AsType[*smithy.SerializationError](err)
	return !unsigned && !unwritten
}
