package route53_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
	"github.com/zonecast/zonecast/drivers/route53"
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func Example() {
	ctx := context.Background()
	account := &route53test.Service{} // in life: the credentials that every AWS program finds
	driver, err := route53.New(ctx, route53.Config{
		AccessKeyID: "AKID", SecretAccessKey: "secret", HTTPClient: account.Client(),
		Owner: "panel",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	want, _ := zone.Parse("example.com.", `
		@   3600 MX 10 mail
		www 300  A  192.0.2.1
	`)
	s := provider.Syncer{Provider: driver, Owner: "panel"}
	result, _ := s.Sync(ctx, zone.Intent{Zone: "example.com.", Wish: zone.Replace{Zone: want}})
	fmt.Print(result.State, "\n", result.Plan)
	fmt.Println(len(result.NameServers), "name servers for the registrar")
	// Output:
	// agreed
	// + zone example.com.
	// + example.com. 3600 MX 10 mail.example.com.
	// + www.example.com. 300 A 192.0.2.1
	// 4 name servers for the registrar
}

func ExampleProvider_asLibdns() {
	ctx := context.Background()
	account := &route53test.Service{}
	account.AddZone("example.com.")
	driver, _ := route53.New(ctx, route53.Config{AccessKeyID: "AKID", SecretAccessKey: "secret", HTTPClient: account.Client()})
	records, err := provider.ToLibdns(driver).GetRecords(ctx, "example.com.")
	fmt.Println(len(records) > 0, err)
	// Output: true <nil>
}

// The program of examples/route53, as Plesk would run it.
func TestTheExampleKeepsAPanelAtRoute53(t *testing.T) {
	program := filepath.Join(t.TempDir(), "route53.exe")
	out, err := exec.Command("go", "build", "-o", program, "../../examples/route53").CombinedOutput()
	require.NoError(t, err, "%s", out)
	account := &route53test.Service{}
	srv := httptest.NewServer(account)
	defer srv.Close()
	dir := t.TempDir()
	run := func(payload string) (int, string) {
		in, err := os.ReadFile(filepath.Join("../../examples/plesk/testdata", payload))
		require.NoError(t, err)
		cmd := exec.Command(program, filepath.Join(dir, "ledger.db"))
		cmd.Stdin = bytes.NewReader(in)
		cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL_ROUTE_53="+srv.URL, "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x",
			"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
		out, _ := cmd.CombinedOutput()
		return cmd.ProcessState.ExitCode(), string(out)
	}
	code, text := run("new-domain.json")
	require.Zero(t, code, text)
	assert.Contains(t, text, "name servers: ns-")
	require.Len(t, account.Zones(""), 1)
	before := account.Sets(account.Zones("")[0])

	account.ForgetCalls()
	code, text = run("new-domain.json")
	require.Zero(t, code, text)
	assert.Equal(t, before, account.Sets(account.Zones("")[0]))
	assert.Zero(t, account.Count("ChangeResourceRecordSets"))

	code, text = run("new-address.json")
	require.Zero(t, code, text)
	assert.NotEqual(t, before, account.Sets(account.Zones("")[0]))

	code, text = run("delete-domain.json")
	require.Zero(t, code, text)
	assert.Empty(t, account.Zones(""))
}
