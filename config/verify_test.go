package config

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// answering is a server that has one address for all names of a zone.
func answering(t *testing.T, apex, address string) (at string) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &dns.Server{PacketConn: c, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetReply(r)
		m.Authoritative = true
		q := r.Question[0]
		text := map[uint16]string{dns.TypeSOA: "SOA ns. hostmaster. 1 1 1 1 1", dns.TypeA: "A " + address}[q.Qtype]
		if rr, err := dns.NewRR(q.Name + " 300 " + text); err == nil && rr != nil && (q.Qtype != dns.TypeSOA || q.Name == apex) {
			m.Answer = append(m.Answer, rr)
		}
		w.WriteMsg(m)
	})}
	go s.ActivateAndServe()
	t.Cleanup(func() { s.Shutdown() })
	return c.LocalAddr().String()
}

// written is what comes of a write: an address that is another one now.
func written(t *testing.T) provider.Result {
	was, err := zone.Parse("example.com.", "www 300 A 192.0.2.1\nmail 300 A 192.0.2.1")
	require.NoError(t, err)
	live, err := zone.Parse("example.com.", "www 300 A 192.0.2.2\nmail 300 A 192.0.2.1")
	require.NoError(t, err)
	return provider.Result{Target: "a", Zone: "example.com.", Plan: zone.Diff(was, live), Live: live}
}

func TestAWriteIsLookedForWhereThePolicySaysSo(t *testing.T) {
	assert.Nil(t, runtime(t, local).Engine.Targets[0].Verify)
	assert.Nil(t, runtime(t, local+"policy: {verify: off}").Engine.Targets[0].Verify)
	fresh, stale := answering(t, "example.com.", "192.0.2.2"), answering(t, "example.com.", "192.0.2.1")
	look := func(settings string) string {
		return runtime(t, local+"policy: {verify: served}\nverify: "+settings).Engine.Targets[0].Verify(t.Context(), written(t))
	}
	assert.Empty(t, look("{servers: '"+fresh+"'}"))
	assert.Equal(t, "served by 1 of 2 servers; "+stale+" still has 192.0.2.1 at www.example.com. A", look("{wait: 100ms, servers: ['"+fresh+"', '"+stale+"']}"))
}

func TestALookTakesNoLongerThanItMay(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	look := runtime(t, local+"policy: {verify: served}\nverify: {roots: '"+silent.LocalAddr().String()+"', wait: 1h}").Engine.Targets[0].Verify
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	assert.Equal(t, "there was no time to find its servers", look(ctx, written(t)))
	assert.Less(t, time.Since(began), 2*time.Second)
}

func TestWhetherAWriteIsLookedForChangesNoAgreement(t *testing.T) {
	assert.Equal(t, runtime(t, local).Engine.Targets[0].Policy, runtime(t, local+"policy: {verify: served}").Engine.Targets[0].Policy)
}
