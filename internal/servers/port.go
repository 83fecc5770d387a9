package servers

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// Free ports are looked for below those that the system gives to outgoing
// connections, so that none takes one between here and the server's start.
const (
	lowestPort  = 10000
	highestPort = 32000
)

// FreePort finds a port of the loopback that nobody listens at, with UDP or TCP.
func FreePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		if isFree(at(port)) {
			return port
		}
	}
	t.Fatal("there is no free port")
	return 0
}

func isFree(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return false
	}
	defer l.Close()
	u, err := net.ListenPacket("udp", addr)
	if err != nil {
		return false
	}
	u.Close()
	return true
}

func at(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
