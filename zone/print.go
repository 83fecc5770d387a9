package zone

import "strconv"

// String is the zone as a master file with absolute names, which Parse reads
// back. What is protected stands in comments: only the JSON form keeps it.
func (z *Zone) String() string {
	if z == nil {
		return ""
	}
	out := make([]byte, 0, 64*len(z.sets))
	for _, p := range z.protected {
		out = append(out, "; protected: "+p.String()+"\n"...)
	}
	for _, s := range z.sets {
		for _, data := range s.Data {
			out = appendRecord(out, s.Key, ownTTL(s.Type, s.TTL, data), data)
		}
	}
	return string(out)
}

// appendRecord writes one line of a master file.
func appendRecord(out []byte, k Key, ttl uint32, data string) []byte {
	out = append(out, k.Name...)
	out = append(out, '\t')
	out = strconv.AppendUint(out, uint64(ttl), 10)
	out = append(out, "\tIN\t"...)
	out = append(out, k.Type...)
	out = append(out, '\t')
	out = append(out, data...)
	return append(out, '\n')
}
