package route53

import (
	"context"
	"errors"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/route53"

	"github.com/zonecast/zonecast/provider"
)

const (
	callTime = time.Minute // that one call may take
	maxTries = 6           // of one call, the first included
)

// An operation is a method of the SDK's client.
type operation[In, Out any] = func(context.Context, *In, ...func(*sdk.Options)) (*Out, error)

// call makes one call, at the account's pace and with the patience that its action
// allows. The SDK itself never tries again: it would do so with a write of which
// nobody knows whether it was done, and would get a refusal that is none.
func call[In, Out any](ctx context.Context, p *Provider, action string, op operation[In, Out], in *In) (out *Out, err error) {
	for try := range maxTries {
		if try > 0 {
			if e := sleep(ctx, backoff(try-1)); e != nil {
				return nil, err
			}
		}
		e := p.pace.wait(ctx, action, changesIn(in))
		if e == nil {
			e = p.pace.turn(ctx, p.shared, action)
		}
		if e != nil {
			return nil, errors.Join(e, err)
		}
		if out, err = once(ctx, p, op, in); err == nil || ctx.Err() != nil || !worthAgain(action, err) {
			return out, err
		}
	}
	return nil, err
}

// once makes one attempt.
func once[In, Out any](ctx context.Context, p *Provider, op operation[In, Out], in *In) (*Out, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	limited, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	out, err := op(limited, in)
	sorted := sort(err, p.config.AccessKeyID)
	p.pace.heard(provider.KindOf(sorted) == provider.KindThrottled)
	if err != nil && isLost(err) {
		return nil, lostError{sorted}
	}
	return out, sorted
}

// changesIn counts the record changes that a call asks for.
func changesIn(in any) int {
	if c, ok := in.(*sdk.ChangeResourceRecordSetsInput); ok {
		return len(c.ChangeBatch.Changes)
	}
	return 0
}

// worthAgain reports whether the same call may do better in a moment. What the
// service has surely not done may always be asked for again. What it may have done
// only where twice is as good as once: a batch would find its own effect, and take
// it for somebody else's.
func worthAgain(action string, err error) bool {
	e, _ := errors.AsType[*provider.ServiceError](err)
	if e == nil || e.Kind != provider.KindThrottled && e.Kind != provider.KindTransient {
		return false
	}
	if _, lost := errors.AsType[lostError](err); lost {
		return isRepeatable(action)
	}
	return true
}

// isRepeatable holds for reads, for what sets something to a value, and for the
// creation of a zone, which its caller reference makes so.
func isRepeatable(action string) bool {
	return strings.HasPrefix(action, "List") || strings.HasPrefix(action, "Get") ||
		action == "CreateHostedZone" || action == "ChangeTagsForResource"
}
