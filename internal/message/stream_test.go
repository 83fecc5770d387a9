package message_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/zonecast/zonecast/internal/message"
)

func TestWhatIsSentIsReceived(t *testing.T) {
	var wire bytes.Buffer
	for _, text := range []string{"one", "", strings.Repeat("x", message.Size)} {
		require.NoError(t, message.Send(&wire, []byte(text)))
	}
	for _, text := range []string{"one", "", strings.Repeat("x", message.Size)} {
		raw, err := message.Receive(&wire)
		require.NoError(t, err)
		assert.Equal(t, text, string(raw))
	}
	_, err := message.Receive(&wire)
	assert.Equal(t, io.EOF, err, "between messages a connection may end")
}

func TestAConnectionThatEndsWithinAMessageIsCut(t *testing.T) {
	for _, wire := range []string{"\x00", "\x00\x02", "\x00\x02x"} {
		_, err := message.Receive(strings.NewReader(wire))
		assert.Equal(t, io.ErrUnexpectedEOF, err, "%q", wire)
	}
}
