package main

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/config"
	"github.com/zonecast/zonecast/zone"
)

// nameServer serves the master files of a folder; how often it was asked is counted.
func nameServer(t *testing.T, dir string) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		asked.Add(1)
		w.WriteMsg(answerFrom(dir, r))
	})}
	go s.ActivateAndServe()
	t.Cleanup(func() { s.Shutdown() })
	return packets.LocalAddr().String(), asked
}

// looking is what a configuration opens for which a server is asked that serves what is
// in the folder served.
func looking(t *testing.T) (p *program, r *config.Runtime, dir string, asked *atomic.Int64) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "served"), 0o755))
	address, asked := nameServer(t, filepath.Join(dir, "served"))
	text := fmt.Sprintf("targets: [{name: local, driver: zonefile, options: {dir: ./zones, name_servers: [ns1.example.net]}}]\npolicy: {verify: served, remove_after: 0, foreign: purge}\nverify: {servers: '%s', wait: 300ms}\n", address)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "zonecast.yaml"), []byte(text), 0o644))
	c, err := config.Load(filepath.Join(dir, "zonecast.yaml"))
	require.NoError(t, err)
	r, err = c.Open(t.Context(), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.Close()) })
	return &program{out: &bytes.Buffer{}, problems: &bytes.Buffer{}}, r, dir, asked
}

func wish(t *testing.T, text string) iter.Seq2[zone.Intent, error] {
	t.Helper()
	z, err := zone.Parse("example.com.", "@ 300 SOA ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 300\n@ 300 NS ns1.example.net.\n"+text)
	require.NoError(t, err)
	return func(yield func(zone.Intent, error) bool) {
		yield(zone.Intent{Zone: z.Name(), Source: "test", Wish: zone.Replace{Zone: z}}, nil)
	}
}

// serve has the server serve what is in the target now.
func serve(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "zones", "example.com.zone"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "served", "example.com.zone"), text, 0o644))
}

func missing(t *testing.T, r *config.Runtime) string {
	t.Helper()
	list, err := r.Ledger.Standings(t.Context(), false)
	require.NoError(t, err)
	if len(list) == 0 {
		return ""
	}
	return list[0].Missing
}

func TestWhatIsNotServedIsLookedAtUntilItIs(t *testing.T) {
	p, r, dir, asked := looking(t)
	require.NoError(t, r.Engine.Run(t.Context(), wish(t, "www 300 A 192.0.2.1\ntxt 300 TXT \"one\"\ngone 300 A 192.0.2.3")))
	assert.NotEmpty(t, missing(t, r), "the server does not have the zone")

	before := asked.Load()
	require.NoError(t, p.reviewDue(t.Context(), r, time.Now()))
	assert.Equal(t, before, asked.Load(), "a moment ago somebody looked")
	require.NoError(t, p.reviewDue(t.Context(), r, time.Now().Add(2*time.Minute)))
	assert.Contains(t, missing(t, r), "is lame: REFUSED")

	serve(t, dir)
	require.NoError(t, p.reviewDue(t.Context(), r, time.Now().Add(4*time.Minute)))
	assert.Empty(t, missing(t, r))
	before = asked.Load()
	require.NoError(t, p.reviewDue(t.Context(), r, time.Now().Add(time.Hour)))
	assert.Equal(t, before, asked.Load(), "what is served nobody looks at")
}

func TestAReviewKnowsWhatIsGone(t *testing.T) {
	p, r, dir, _ := looking(t)
	require.NoError(t, r.Engine.Run(t.Context(), wish(t, "www 300 A 192.0.2.1\ngone 300 A 192.0.2.3\ntxt 300 TXT \"one\"\ntxt 300 TXT \"two\"")))
	serve(t, dir)
	require.NoError(t, r.Ledger.Seen(t.Context(), "local", "example.com.", ""))
	require.NoError(t, r.Engine.Run(t.Context(), wish(t, "www 300 A 192.0.2.1\ntxt 300 TXT \"one\"")))
	assert.Contains(t, missing(t, r), "still has")
	require.NoError(t, p.reviewDue(t.Context(), r, time.Now().Add(2*time.Minute)))
	assert.Contains(t, missing(t, r), "gone.example.com. A")
	serve(t, dir)
	require.NoError(t, p.reviewDue(t.Context(), r, time.Now().Add(9*time.Minute)))
	assert.Empty(t, missing(t, r))
}

func TestADaemonWaitsForNoLook(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	_, r, dir, _ := looking(t)
	text, err := os.ReadFile(filepath.Join(dir, "zonecast.yaml"))
	require.NoError(t, err)
	path := filepath.Join(dir, "patient.yaml")
	require.NoError(t, os.WriteFile(path, bytes.ReplaceAll(text, []byte("wait: 300ms"), []byte("wait: 1h")), 0o644))
	journal := func(address string) {
		_, _, err := r.Engine.Journal(t.Context(), wish(t, "www 300 A "+address))
		require.NoError(t, err)
	}
	has := func(address string) func() bool {
		return func() bool {
			text, err := os.ReadFile(filepath.Join(dir, "zones", "example.com.zone"))
			return err == nil && bytes.Contains(text, []byte(address))
		}
	}
	journal("192.0.2.1")
	out := &bytes.Buffer{}
	p := &program{out: out, problems: &bytes.Buffer{}, path: path}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.run(ctx, false) }()
	require.Eventually(t, has("192.0.2.1"), 10*time.Second, 50*time.Millisecond)
	journal("192.0.2.2")
	require.Eventually(t, has("192.0.2.2"), 15*time.Second, 50*time.Millisecond, "while the first one is still looked at")
	cancel()
	require.NoError(t, <-done)
	assert.Equal(t, 2, bytes.Count(out.Bytes(), []byte("not all servers serve it yet")), out.String())
}
