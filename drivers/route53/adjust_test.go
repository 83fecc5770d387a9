package route53

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/drivers/internal/route53test"
)

func TestAZoneThatFitsIsNotTouched(t *testing.T) {
	want := parsed(t, "example.com.", panelZone)
	got, fs := open(t, &route53test.Service{}).Adjust(nil, want)
	assert.True(t, want == got)
	assert.Empty(t, fs)
}
