// Package rest is the JSON client that the drivers of REST services share: what
// has to be done right once, so that a driver only says what it wants.
//
//	c := &rest.Client{
//		Base:    "https://api.example.com/v1",
//		Secrets: []rest.Secret{rest.Fixed(token)},
//		Sign: func(r *http.Request, s []string) { r.Header.Set("Authorization", "Bearer "+s[0]) },
//	}
//	var names []string
//	_, err := c.Do(ctx, rest.Call{Method: "GET", Path: rest.Path("zones"), Out: &names})
//
// A call is sent again only where that is safe: when it never left, when the
// service said that it did nothing (429 and the like), or when it may be done
// twice (GET, and what is marked Again). Each sending has a deadline and waits
// for a Limiter, all of them together have a bound in number and time.
//
// What comes back is sorted by the driver's Judge into a *provider.ServiceError.
// Where a write was sent and no sound answer came, the error is an
// *UnsettledError: nobody can say what became of it.
//
// A credential is read when it is first wanted, and once more when the service
// refuses it, so that a file with a new key is enough. No text of an error holds
// it, whatever the service says back. Redirects are answers: they are never
// followed, so that no credential goes to another host.
package rest
