package rest_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/zonecast/zonecast/drivers/internal/rest"
	"github.com/zonecast/zonecast/drivers/internal/rest/resttest"
)

func Example() {
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "[%q, %q]", r.URL.Path, r.Header.Get("Authorization"))
	})
	c := &rest.Client{
		Base:      "https://api.example.com/v1",
		Secrets:   []rest.Secret{rest.Fixed("hunter2")},
		Sign:      func(r *http.Request, s []string) { r.Header.Set("Authorization", "Bearer "+s[0]) },
		Transport: &resttest.Transport{Handler: service},
	}
	var names []string
	_, err := c.Do(context.Background(), rest.Call{Method: "GET", Path: rest.Path("zones"), Out: &names})
	fmt.Println(names, err)
	// Output: [/v1/zones Bearer hunter2] <nil>
}
