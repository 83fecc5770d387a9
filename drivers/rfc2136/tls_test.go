package rfc2136_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/servers"
	"github.com/zonecast/zonecast/provider"
)

func TestAZoneIsReadOverTLSOrNotAtAll(t *testing.T) {
	s := servers.BIND(t, bare())
	p := driver(s)
	p.Transfers = []string{s.TLS}
	p.TLS = &tls.Config{RootCAs: s.CA, ServerName: "localhost"}
	var mu sync.Mutex
	dialed := map[string]bool{}
	p.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		mu.Lock()
		dialed[addr] = true
		mu.Unlock()
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}
	text := lines(3000, "h%d 300 A 192.0.2.1")
	res := mirror(p, parse(t, text))
	require.Equal(t, provider.Agreed, res.State, res.Findings)
	z, err := p.Zone(ctx, apex)
	require.NoError(t, err)
	assert.True(t, z.Equal(s.Transfer(t, apex)))

	dialed = map[string]bool{}
	for words, wrong := range map[string]*tls.Config{
		"certificate signed by unknown authority":       {RootCAs: x509.NewCertPool(), ServerName: "localhost"},
		"certificate is valid for localhost, not other": {RootCAs: s.CA, ServerName: "other"},
		"cannot validate certificate for 127.0.0.1":     {RootCAs: s.CA},
	} {
		p.TLS = wrong
		_, err = p.Zone(ctx, apex)
		assert.ErrorContains(t, err, words)
		assert.Equal(t, provider.KindTransient, provider.KindOf(err))
	}
	assert.Equal(t, map[string]bool{s.TLS: true}, dialed, "it never falls back to clear text")
	assert.Empty(t, p.TLS.NextProtos, "the caller's configuration is not changed")
}
