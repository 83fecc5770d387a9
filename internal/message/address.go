package message

import "net"

// Address completes the address of a server with a port, where it has none. It may be a
// name, or an address of either family with or without brackets.
func Address(server, port string) string {
	if _, _, err := net.SplitHostPort(server); err == nil {
		return server
	}
	if n := len(server); n > 1 && server[0] == '[' && server[n-1] == ']' {
		server = server[1 : n-1]
	}
	return net.JoinHostPort(server, port)
}
