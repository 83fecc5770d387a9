package dyn

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/provider"
)

// login opens a session and gives its token (https://help.dyn.com/session-log-in.html).
// A password that is refused is read again, once.
func (a *account) login(ctx context.Context) (string, error) {
	for again := true; ; again = false {
		secrets, err := a.door.Credential()
		if err != nil {
			return "", &provider.ServiceError{Kind: provider.KindAuth, Err: err}
		}
		token, err := a.loginWith(ctx, secrets[0])
		if err == nil || !again || provider.KindOf(err) != provider.KindAuth {
			return token, err
		}
		if changed, _ := a.door.Renew(secrets); !changed {
			return "", err
		}
	}
}

var errNoToken = errors.New("the service has let us in and given no token")

func (a *account) loginWith(ctx context.Context, password string) (string, error) {
	if err := a.turn(ctx); err != nil {
		return "", err
	}
	answer, err := a.door.Do(ctx, rest.Call{
		Method: http.MethodPost, Path: rest.Path("Session"), Again: true,
		In: map[string]string{"customer_name": a.credential.customer, "user_name": a.credential.user, "password": password},
	})
	if err != nil {
		return "", err
	}
	var data struct {
		Token string `json:"token"`
	}
	e, _ := open(answer.Body)
	if json.Unmarshal(e.Data, &data) != nil || data.Token == "" {
		return "", &provider.ServiceError{Err: errNoToken}
	}
	a.api.Hide(data.Token)
	a.door.Hide(data.Token)
	a.api.Hide(password)
	return data.Token, nil
}
