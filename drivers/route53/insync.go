package route53

import (
	"context"
	"fmt"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/zonecast/zonecast/provider"
)

// syncPause is how long to wait before a change is looked at again: most are in
// sync within a minute, and each look is a call.
const syncPause = 5 * time.Second

// inSync waits until all name servers have some changes, as long as the configuration
// says. The changes themselves are made, whatever comes of it.
func (p *Provider) inSync(ctx context.Context, changes []string) error {
	if p.config.Wait <= 0 {
		return nil
	}
	limited, cancel := context.WithTimeoutCause(ctx, p.config.Wait, fmt.Errorf("not after %v", p.config.Wait))
	defer cancel()
	for _, id := range changes {
		err := p.waitFor(limited, id)
		if gone := context.Cause(limited); gone != nil {
			err = gone
		}
		if err != nil {
			return &provider.ServiceError{Kind: provider.KindTransient, Err: fmt.Errorf("the change is made, but it is not known whether all name servers have it: %w", err)}
		}
	}
	return nil
}

func (p *Provider) waitFor(ctx context.Context, change string) error {
	for {
		out, err := call(ctx, p, "GetChange", p.api.GetChange, &sdk.GetChangeInput{Id: &change})
		if err != nil || out.ChangeInfo.Status == types.ChangeStatusInsync {
			return err
		}
		if err := sleep(ctx, syncPause); err != nil {
			return err
		}
	}
}
