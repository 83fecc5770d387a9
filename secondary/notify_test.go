package secondary

import (
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ours = "192.0.2.1:53"

// notify sends a notification as a primary does, and gives the code of the answer.
func (b *bed) notify(t *testing.T, from, network, name string, signed string) int {
	m := new(dns.Msg).SetNotify(name)
	c := dns.Client{Net: network, Timeout: 5 * time.Second}
	if signed != "" {
		c.TsigSecret = map[string]string{testKey.Name: signed}
		m.SetTsig(testKey.Name, dns.HmacSHA256, 300, time.Now().Unix())
	}
	b.net.mu.Lock()
	b.net.from = from
	b.net.mu.Unlock()
	conn, err := b.net.Dial(t.Context(), network, ours)
	require.NoError(t, err)
	defer conn.Close()
	r, _, err := c.ExchangeWithConn(m, &dns.Conn{Conn: conn, TsigSecret: c.TsigSecret})
	if signed == testSecret {
		require.NoError(t, err)
		require.NotNil(t, r.IsTsig(), "the answer is signed as well")
	}
	require.NotNil(t, r)
	return r.Rcode
}

func TestANotifiedZoneIsLookedAtAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.Notify, b.Poll = []string{ours}, time.Hour
		b.Primaries[0].Key = testKey
		b.run(t)
		time.Sleep(time.Second)
		serial := uint32(1)
		for _, network := range []string{"udp", "tcp"} {
			for _, secret := range []string{"", testSecret} {
				serial++
				b.primary.set(t, "example.com.", serial, "www 300 TXT "+network+secret)
				require.Equal(t, dns.RcodeSuccess, b.notify(t, "192.0.2.53:4000", network, "example.com.", secret))
				time.Sleep(time.Second)
			}
		}
		assert.Equal(t, []string{"example.com. Replace", "example.com. Patch", "example.com. Patch", "example.com. Patch", "example.com. Patch"}, b.target.told())
	})
}

func TestStrangersAreNotHeard(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.Notify, b.Poll = []string{ours}, time.Hour
		b.Primaries[0].Key = testKey
		b.run(t)
		time.Sleep(time.Second)
		before := b.primary.count("SOA")
		const stranger = "198.51.100.7:4000"
		assert.Equal(t, dns.RcodeRefused, b.notify(t, stranger, "udp", "example.com.", ""))
		assert.Equal(t, dns.RcodeNotAuth, b.notify(t, stranger, "udp", "example.com.", "b3RoZXI="))
		assert.Equal(t, dns.RcodeNotAuth, b.notify(t, "192.0.2.53:1", "tcp", "example.com.", "b3RoZXI="), "a wrong signature is worse than none")
		time.Sleep(time.Minute)
		assert.Equal(t, before, b.primary.count("SOA"))
		assert.Equal(t, dns.RcodeSuccess, b.notify(t, stranger, "udp", "example.com.", testSecret), "who has the key may call from anywhere")
		time.Sleep(time.Minute)
		assert.Equal(t, before+1, b.primary.count("SOA"))
		assert.Equal(t, dns.RcodeNotAuth, b.notify(t, "192.0.2.53:1", "udp", "example.net.", ""))
	})
}

func TestWhoIsAllowedMayCall(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.Notify, b.Allow = []string{ours}, []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
		b.run(t)
		time.Sleep(time.Second)
		assert.Equal(t, dns.RcodeSuccess, b.notify(t, "198.51.100.7:4000", "udp", "example.com.", ""))
	})
}

func TestABurstOfNotificationsIsOneQuestionOrTwo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.Notify, b.Poll = []string{ours}, time.Hour
		b.target.slow = time.Minute
		b.run(t)
		time.Sleep(2 * time.Minute)
		b.primary.set(t, "example.com.", 2, "www 300 A 192.0.2.2")
		before := b.primary.count("SOA")
		for range 500 {
			b.notify(t, "192.0.2.53:1", "udp", "example.com.", "")
		}
		time.Sleep(5 * time.Minute)
		assert.LessOrEqual(t, b.primary.count("SOA"), before+2)
		assert.Len(t, b.target.told(), 2)
	})
}

func TestAFailedTransferThatWasNotifiedIsTriedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.Notify, b.Poll = []string{ours}, time.Hour
		b.run(t)
		time.Sleep(time.Second)
		b.primary.set(t, "example.com.", 2, "www 300 A 192.0.2.2")
		n := 0
		b.primary.mu.Lock()
		b.primary.hook = func(w dns.ResponseWriter, r *dns.Msg) bool {
			if r.Question[0].Qtype == dns.TypeSOA {
				return false
			}
			if n++; n <= 5 {
				w.Close()
			}
			return n <= 5
		}
		b.primary.mu.Unlock()
		b.notify(t, "192.0.2.53:1", "udp", "example.com.", "")
		time.Sleep(time.Minute)
		b.primary.mu.Lock()
		b.primary.hook = nil
		b.primary.mu.Unlock()
		time.Sleep(time.Minute)
		assert.Len(t, b.target.told(), 2)
	})
}

func TestANotificationOfANewZoneHasTheListReadAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBed(t, "example.com.")
		b.Notify, b.Poll = []string{ours}, time.Hour
		b.run(t)
		time.Sleep(10 * time.Second)
		b.list.set("example.com.", "example.org.")
		b.primary.set(t, "example.org.", 1)
		b.notify(t, "192.0.2.53:1", "udp", "example.org.", "")
		time.Sleep(10 * time.Second)
		assert.NotNil(t, b.target.zone("example.org."))
	})
}

// FuzzNotify: whatever comes is answered or not, and wakes nobody up but for a zone
// that is known.
func FuzzNotify(f *testing.F) {
	m := new(dns.Msg).SetNotify("example.com.")
	raw, _ := m.Pack()
	f.Add(raw)
	m.SetTsig(testKey.Name, dns.HmacSHA256, 300, 1)
	raw, _, _ = dns.TsigGenerate(m, testSecret, "", false)
	f.Add(raw)
	s := &Secondary{Primaries: []Primary{{Address: at, Key: testKey}}, List: Static{"example.com."}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := s.begin(nil)
		require.NoError(t, err)
		ears := ear{run: r, allowed: r.primaryAddresses()}
		known := &follower{Copy: Copy{Zone: "example.com."}, listed: true, place: -1}
		r.zones["example.com."] = known
		answer := ears.answer(raw, fakeAddr("192.0.2.53:53"))
		if known.busy {
			require.NotNil(t, answer)
		}
		if answer != nil {
			var m dns.Msg
			require.NoError(t, m.Unpack(answer))
			require.True(t, m.Response)
		}
	})
}
