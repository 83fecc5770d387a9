package providertest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// misfits are plans that were made from lines which are not live, or leave out a part
// of what is.
var misfits = []struct{ name, thought, wanted string }{
	{"another value", "www 3600 A 192.0.2.9", "www 3600 A 192.0.2.2"},
	{"another TTL", "www 3601 A 192.0.2.1", "www 3601 A 192.0.2.2"},
	{"a value less", "many 3600 A 192.0.2.1", "many 3600 A 192.0.2.2"},
	{"a value more", "www 3600 A 192.0.2.1\nwww 3600 A 192.0.2.2", "www 3600 A 192.0.2.3"},
	{"a text less", "many 3600 TXT one", "many 3600 TXT three"},
	{"a set that goes is another", "www 3600 A 192.0.2.9", ""},
	{"a set that goes is not there", "gone 3600 A 192.0.2.9", ""},
	{"a set that comes is there", "", "www 3600 A 192.0.2.2"},
	{"a text that comes is there", "", "many 3600 TXT three"},
	{"an alias that changes is another", "alias 3600 CNAME other", "alias 3600 CNAME third"},
	{"what comes would stand beside an alias", "", "alias 3600 A 192.0.2.2"},
	{"an alias would stand beside what is there", "", "www 3600 CNAME other"},
	{"one of two sets of a name is another", "www 3600 A 192.0.2.1\nwww 3600 AAAA 2001:db8::9", "www 3600 A 192.0.2.2\nwww 3600 AAAA 2001:db8::2"},
}

// exact holds a service to it that says to refuse what does not fit: the Syncer
// relies on that, and does not look first.
func (w walker) exact(t *testing.T) {
	if !w.traits().Exact {
		t.Log("left out: the service is not exact")
		return
	}
	w.becomes(t, "www 3600 A 192.0.2.1\nwww 3600 AAAA 2001:db8::1\nmany 3600 A 192.0.2.1\nmany 3600 A 192.0.2.2\nmany 3600 TXT one\nmany 3600 TXT two\nalias 3600 CNAME www")
	before := w.read(t)
	for _, m := range misfits {
		t.Run(m.name, func(t *testing.T) {
			err := w.Provider.Apply(context.Background(), zone.Diff(w.zone(t, m.thought), w.zone(t, m.wanted)))
			require.Error(t, err)
			_, conflict := errors.AsType[*provider.ConflictError](err)
			require.True(t, conflict || provider.KindOf(err) == provider.KindRefused, "want a ConflictError, or that it is refused, got %v", err)
			w.isNow(t, before)
		})
	}
}
