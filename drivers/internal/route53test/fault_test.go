package route53test_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

// once gives a fault to the first call of an action.
func once(action string, f route53test.Fault) func(string, route53test.Call) route53test.Fault {
	return func(a string, _ route53test.Call) route53test.Fault {
		if a != action {
			return route53test.Fault{}
		}
		action = ""
		return f
	}
}

const addition = "CREATE www A 300 192.0.2.1"

func TestAnAnswerIsLostAfterTheChange(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	s.Fault = once("ChangeResourceRecordSets", route53test.LostAnswer)
	err := change(s, id, addition)
	require.ErrorIs(t, err, route53test.ErrDropped)
	holds(t, s, id, "www A 300 192.0.2.1")
	assert.Zero(t, s.Calls()[0].Status)

	s.Fault = once("ChangeResourceRecordSets", route53test.Fault{Drop: true})
	require.ErrorIs(t, change(s, id, "DELETE www A 300 192.0.2.1"), route53test.ErrDropped)
	holds(t, s, id, "www A 300 192.0.2.1")
}

func TestAnErrorComesBeforeTheChangeOrAfterIt(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	s.Fault = once("ChangeResourceRecordSets", route53test.Internal)
	err := change(s, id, addition)
	refused(t, err, "InternalFailure", "")
	assert.ErrorContains(t, err, "StatusCode: 500")
	holds(t, s, id, "-www A")

	after := route53test.Unavailable
	after.Done = true
	s.Fault = once("ChangeResourceRecordSets", after)
	err = change(s, id, addition)
	refused(t, err, "ServiceUnavailable", "")
	assert.ErrorContains(t, err, "StatusCode: 503")
	holds(t, s, id, "www A 300 192.0.2.1")
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/CommonErrors.html
func TestBadKeysAreForbidden(t *testing.T) {
	for _, f := range []route53test.Fault{route53test.ExpiredToken, route53test.InvalidClientTokenId, route53test.SignatureDoesNotMatch, route53test.AccessDenied} {
		s := &route53test.Service{Fault: once("ListHostedZones", f)}
		_, err := client(s).ListHostedZones(ctx, &route53.ListHostedZonesInput{})
		refused(t, err, f.Code, f.Message)
		assert.ErrorContains(t, err, "StatusCode: 403")
		assert.Equal(t, 1, s.Answered(f.Code))
	}
	s := &route53test.Service{}
	answer, err := s.Client().Get("https://route53.amazonaws.com/2013-04-01/hostedzone")
	require.NoError(t, err)
	assert.Equal(t, http.StatusForbidden, answer.StatusCode, "a request without a signature")
}

func TestASlowCallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{}
		s.Fault = func(string, route53test.Call) route53test.Fault { return route53test.Fault{Wait: time.Minute} }
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		begin := time.Now()
		_, err := client(s).ListHostedZones(short, &route53.ListHostedZonesInput{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(begin))
		_, err = client(s).ListHostedZones(ctx, &route53.ListHostedZonesInput{})
		require.NoError(t, err)
		assert.Equal(t, time.Second+time.Minute, time.Since(begin))
		over, end := context.WithCancel(ctx)
		end()
		n := s.Count()
		_, err = client(s).ListHostedZones(over, &route53.ListHostedZonesInput{})
		require.Error(t, err)
		assert.Equal(t, n, s.Count(), "what never went out was counted")
	})
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
// shows the old document; the recordings of dns-lexicon have today's.
func TestThereAreTwoDocumentsOfARefusedBatch(t *testing.T) {
	for _, old := range []bool{false, true} {
		s := &route53test.Service{OldErrors: old}
		id := s.AddZone("example.com")
		err := change(s, id, "DELETE a A 300 192.0.2.1\nDELETE b A 300 192.0.2.1")
		batch, ok := errors.AsType[*types.InvalidChangeBatch](err)
		require.True(t, ok)
		if old {
			assert.Len(t, batch.Messages, 2)
			assert.NotContains(t, batch.ErrorMessage(), "not found")
		} else {
			assert.Empty(t, batch.Messages)
			assert.Contains(t, batch.ErrorMessage(), "not found, Tried to delete")
		}
		assert.Equal(t, 1, s.Answered("InvalidChangeBatch"))
		assert.ErrorContains(t, err, "RequestID: "+s.Calls()[0].RequestID)
	}
}

// The bucket of five a second is that of the DNSLimitations page. The code of the
// answer is Throttling, which the client has no type for.
func TestThrottlingIsA400(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Until2026()}
		c := client(s)
		count := func() error {
			_, err := c.GetHostedZoneCount(ctx, &route53.GetHostedZoneCountInput{})
			return err
		}
		for range 5 {
			require.NoError(t, count())
		}
		err := count()
		refused(t, err, "Throttling", "Rate exceeded")
		assert.ErrorContains(t, err, "StatusCode: 400")
		_, typed := errors.AsType[*types.ThrottlingException](err)
		assert.False(t, typed)
		_, generic := errors.AsType[*smithy.GenericAPIError](err)
		assert.True(t, generic)
		assert.Equal(t, 1, s.Answered("Throttling"))

		time.Sleep(200 * time.Millisecond)
		require.NoError(t, count())
		require.Error(t, count())
		time.Sleep(time.Hour)
		for range 5 {
			require.NoError(t, count(), "a bucket that overflows")
		}
		require.Error(t, count())
	})
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html
func TestEachActionHasABucketOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Today()}
		for i := range 40 {
			_, err := create(s, "example.com", strings.Repeat("a", i+1))
			require.NoError(t, err)
		}
		_, err := create(s, "example.com", "z")
		refused(t, err, "Throttling", "")
		c := client(s)
		for range 10 { // what the account has left, to which the refused call did not add
			_, err := c.ListHostedZones(ctx, &route53.ListHostedZonesInput{})
			require.NoError(t, err)
		}
		_, err = c.ListHostedZones(ctx, &route53.ListHostedZonesInput{})
		refused(t, err, "Throttling", "")
		time.Sleep(500 * time.Millisecond)
		_, err = create(s, "example.com", "z")
		require.NoError(t, err)
		_, err = create(s, "example.com", "y")
		refused(t, err, "Throttling", "")
	})
}

// Each change takes one, whatever it is: same page.
func TestChangesHaveABucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Throttle: route53test.Throttle{Changes: route53test.Rate{PerSecond: 2, Burst: 4}}}
		id := s.AddZone("example.com")
		require.NoError(t, change(s, id, "CREATE a A 1 192.0.2.1\nCREATE b A 1 192.0.2.1\nCREATE c A 1 192.0.2.1"))
		refused(t, change(s, id, "CREATE d A 1 192.0.2.1\nCREATE e A 1 192.0.2.1"), "Throttling", "")
		require.NoError(t, change(s, id, "CREATE d A 1 192.0.2.1"))
		time.Sleep(time.Second)
		require.NoError(t, change(s, id, "CREATE e A 1 192.0.2.1\nCREATE f A 1 192.0.2.1"))
		time.Sleep(2 * time.Second)
		require.NoError(t, change(s, id, creates(6, 1)), "larger than the bucket, which is full")
		time.Sleep(time.Second)
		refused(t, change(s, id, "CREATE g A 1 192.0.2.1"), "Throttling", "")
		assert.Equal(t, 6, s.Calls()[4].Changes)
	})
}

// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
func TestAZoneIsBusyAfterAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &route53test.Service{Busy: time.Second}
		id, other := s.AddZone("example.com"), s.AddZone("example.org")
		require.NoError(t, change(s, id, addition))
		refused(t, change(s, id, "DELETE www A 300 192.0.2.1"), "PriorRequestNotComplete", "The request was rejected because Route 53 was still processing a prior request.")
		require.NoError(t, change(s, other, "CREATE www.example.org. A 300 192.0.2.1"))
		time.Sleep(time.Second)
		require.NoError(t, change(s, id, "DELETE www A 300 192.0.2.1"))
	})
}

// The client knows such answers, and tries again by itself.
func TestTheClientTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, f := range []route53test.Fault{route53test.Throttled, route53test.Busy, route53test.Internal} {
			s := &route53test.Service{Fault: func(string, route53test.Call) route53test.Fault { return f }}
			c := route53.New(route53.Options{Region: "us-east-1", HTTPClient: s.Client(), Retryer: retry.NewStandard(),
				Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "")})
			_, err := c.GetHostedZoneCount(ctx, &route53.GetHostedZoneCountInput{})
			require.Error(t, err)
			assert.Equal(t, 3, s.Count(), f.Code)
		}
	})
}

// report stalwartlabs/dns-update#44
func TestOtherDocumentsAreMalformed(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	for body, why := range map[string]string{
		"<ChangeBatch/>": "ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest", "": "", "<ChangeResourceRecordSetsRequest>": "", "{}": "",
	} {
		r, err := http.NewRequest("POST", "https://route53.amazonaws.com/2013-04-01/hostedzone/"+id+"/rrset", nil)
		require.NoError(t, err)
		r.Body = io.NopCloser(strings.NewReader(body))
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 …")
		answer, err := s.Client().Do(r)
		require.NoError(t, err)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		assert.Contains(t, string(text), "<Code>MalformedInput</Code>")
		assert.Contains(t, string(text), why)
	}
	r, err := http.NewRequest("PATCH", "https://route53.amazonaws.com/2013-04-01/hostedzone/"+id, nil)
	require.NoError(t, err)
	answer, err := s.Client().Do(r)
	require.NoError(t, err)
	assert.Equal(t, http.StatusNotFound, answer.StatusCode)
}

func TestTheSameServiceOverASocket(t *testing.T) {
	s := &route53test.Service{}
	id := s.AddZone("example.com")
	srv := httptest.NewServer(s)
	defer srv.Close()
	c := route53.New(route53.Options{Region: "us-east-1", BaseEndpoint: aws.String(srv.URL), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", "")})
	got, err := c.GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: &id})
	require.NoError(t, err)
	assert.Equal(t, "example.com.", *got.HostedZone.Name)
	s.Fault = once("UpdateHostedZoneComment", route53test.LostAnswer)
	_, err = c.UpdateHostedZoneComment(ctx, &route53.UpdateHostedZoneCommentInput{Id: &id, Comment: aws.String("x")})
	require.Error(t, err)
	assert.Equal(t, 1, s.Count("UpdateHostedZoneComment"))
	assert.Equal(t, id, s.Calls()[0].Zone)
	s.ForgetCalls()
	assert.Zero(t, s.Count())
}
