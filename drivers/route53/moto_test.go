package route53

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/provider/providertest"
)

// motoStrays are the steps of the walk at which moto is not Route 53: it compares a
// CREATE with all that was ever created in the zone, so that a set which was there
// before cannot come back ("already exists").
var motoStrays = []string{
	"A_and_MX_take_it_back", // www A 192.0.2.1, as in the first step
	"a_plan_from_yesterday", // the same
	"two_writers_at_once",   // the same
}

// TestTheWalkAtMoto takes the walk to a server that we did not write. It proves how
// we speak, not what we say: moto takes nearly everything. The fake alone decides.
func TestTheWalkAtMoto(t *testing.T) {
	if url := os.Getenv("MOTO_WALK"); url != "" {
		p, err := New(t.Context(), Config{AccessKeyID: "x", SecretAccessKey: "x", Endpoint: url, Limits: Limits{Off: true}})
		require.NoError(t, err)
		providertest.Run(t, providertest.Subject{Provider: lax{p}, Zone: "example.com."})
		return
	}
	url := startMoto(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestTheWalkAtMoto$", "-test.v")
	cmd.Env = append(os.Environ(), "MOTO_WALK="+url)
	out, _ := cmd.CombinedOutput()
	var failed []string
	for _, m := range regexp.MustCompile(`(?m)^ +--- FAIL: TestTheWalkAtMoto/(\S+)`).FindAllSubmatch(out, -1) {
		failed = append(failed, string(m[1]))
	}
	slices.Sort(failed)
	assert.Equal(t, motoStrays, failed, "%s", out)
	assert.Contains(t, string(out), "--- PASS: TestTheWalkAtMoto/", "it walked")
}

// lax does not say that the service refuses what does not fit: moto takes it.
type lax struct{ *Provider }

func (l lax) Traits() provider.Traits {
	t := l.Provider.Traits()
	t.Exact = false
	return t
}

// startMoto runs moto_server, where the machine has one that runs.
func startMoto(t *testing.T) (url string) {
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("left out: there is no moto_server on this machine")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(path, "-H", "127.0.0.1", "-p", fmt.Sprint(port))
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	url = fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 300 {
		if res, err := http.Get(url + "/moto-api/"); err == nil {
			res.Body.Close()
			return url
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Skip("left out: the moto_server of this machine does not answer")
	return ""
}
