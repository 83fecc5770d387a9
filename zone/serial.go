package zone

// SerialBefore reports whether serial a is older than b in the arithmetic of
// RFC 1982, in which 4294967295 is followed by 0. Two serials exactly 2^31 apart
// have no order: neither is before the other.
func SerialBefore(a, b uint32) bool { return a != b && b-a < 1<<31 }

// NextSerial is the serial that follows live: wish where that is newer, live
// plus one otherwise. It is never 0, which some servers take for "none".
func NextSerial(live, wish uint32) uint32 {
	if wish != 0 && SerialBefore(live, wish) {
		return wish
	}
	return max(live+1, 1)
}
