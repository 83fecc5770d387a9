package route53test

import (
	"context"
	"errors"
	"time"
)

// A Fault is what goes wrong with a call; the zero value is nothing.
type Fault struct {
	Wait    time.Duration // before anything is done; ends with the caller's context
	Code    string        // the answer is this error, of the status that goes with the code
	Message string
	Drop    bool   // there is no answer, the connection breaks
	Done    bool   // with Code or Drop: the call takes effect all the same
	After   func() // runs when the call has been done, before its answer goes out
}

// Faults that the service is known for.
var (
	ExpiredToken          = Fault{Code: "ExpiredToken", Message: "The security token included in the request is expired"}
	InvalidClientTokenId  = Fault{Code: "InvalidClientTokenId", Message: "The security token included in the request is invalid."}
	SignatureDoesNotMatch = Fault{Code: "SignatureDoesNotMatch", Message: "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
	AccessDenied          = Fault{Code: "AccessDenied", Message: "User is not authorized to perform this action"}
	Throttled             = Fault{Code: "Throttling", Message: "Rate exceeded"}
	Busy                  = Fault{Code: "PriorRequestNotComplete", Message: stillProcessing}
	Internal              = Fault{Code: "InternalFailure", Message: "The request processing has failed because of an unknown error, exception or failure."}
	Unavailable           = Fault{Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server."}
	LostAnswer            = Fault{Drop: true, Done: true}
)

func (f Fault) wait(ctx context.Context) error {
	if f.Wait <= 0 {
		return nil
	}
	t := time.NewTimer(f.Wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// play does the call as far as the fault lets it, and gives the answer.
func (s *Service) play(f Fault, do func() (answer, error), requestID string) (a answer, err error) {
	spoiled := f.Drop || f.Code != ""
	if !spoiled || f.Done {
		a, err = do()
		if f.After != nil {
			f.After()
		}
	}
	switch {
	case f.Drop:
		return answer{}, ErrDropped
	case f.Code != "":
		err = refuse(f.Code, "%s", f.Message)
	}
	if e, ok := errors.AsType[*refusal](err); ok {
		return s.refused(e, requestID), nil
	}
	return a, err
}
