package config

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/provider"
)

// door is a driver that has something to close.
type door struct {
	provider.Memory
	closed *int
	err    error
}

func (d *door) Close() error {
	*d.closed++
	return d.err
}

func TestWhatADriverHasOpenIsClosed(t *testing.T) {
	closed, trouble := 0, error(nil)
	Register("door", provider.Traits{}, func(struct{}) (provider.Provider, error) { return &door{closed: &closed, err: trouble}, nil })
	defer delete(drivers, "door")
	open := func() *Runtime {
		c, err := Load(write(t, "ledger: none\ntargets: [{name: a, driver: door}]"))
		require.NoError(t, err)
		r, err := c.Open(context.Background(), nil)
		require.NoError(t, err)
		return r
	}
	require.NoError(t, open().Close())
	assert.Equal(t, 1, closed)
	trouble = errors.New("it is stuck")
	assert.EqualError(t, open().Close(), "target a: it is stuck")
}
