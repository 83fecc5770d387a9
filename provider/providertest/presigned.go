package providertest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// signed is a zone with its signatures, which are made up: nobody validates here.
const signed = `
@   3600 SOA    ns1.example.net. hostmaster.example.net. 7 10800 3600 604800 3600
@   3600 NS     ns1.example.net.
@   7200 DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==
@   3600 RRSIG  SOA 13 2 3600 20260201000000 20260101000000 55648 @ AAAA
@   3600 RRSIG  NS 13 2 3600 20260201000000 20260101000000 55648 @ AQEB
@   7200 RRSIG  DNSKEY 13 2 7200 20260201000000 20260101000000 55648 @ AgIC
@   600  RRSIG  NSEC 13 2 600 20260201000000 20260101000000 55648 @ AwMD
@   600  NSEC   www NS SOA RRSIG NSEC DNSKEY
www 300  A      192.0.2.1
www 300  RRSIG  A 13 3 300 20260201000000 20260101000000 55648 @ BAQE
www 600  RRSIG  NSEC 13 3 600 20260201000000 20260101000000 55648 @ BQUF
www 600  NSEC   @ A RRSIG NSEC
`

// presigned holds a target to it that says to serve zones with the signatures that they
// bring: each octet and each TTL of them, and the serial, are as they were.
func (w walker) presigned(t *testing.T) {
	if tr := w.traits(); !tr.Presigned || !tr.Authority {
		t.Log("left out: the service does not serve zones with the signatures that they bring")
		return
	}
	for _, text := range []string{signed, strings.NewReplacer(" 7 10800", " 8 10800", "AAAA", "AAAB").Replace(signed)} {
		want, err := zone.Parse(w.Zone, text)
		require.NoError(t, err)
		res, err := w.syncer().Sync(context.Background(), w.intent(want))
		require.NoError(t, err)
		require.Equal(t, provider.Agreed, res.State, "%v", res.Findings)
		require.Equal(t, want.String(), w.read(t).String())
	}
}
