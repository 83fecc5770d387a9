//go:build goexperiment.jsonv2

package main

import (
	"bytes"
	"encoding/json/jsontext"
	jsonv2 "encoding/json/v2"

	"github.com/zonecast/zonecast/bench/internal/meas"
)

func init() {
	strictMore = append(strictMore, struct {
		n string
		f func([]byte, any) error
	}{"encoding/json/v2", func(b []byte, v any) error { return jsonv2.Unmarshal(b, v) }})
	v2 = append(v2, func(src []byte, n int) {
		sz := int64(len(src))
		meas.Do("encoding/json/v2 Unmarshal", n, sz, func() int { var c []Command; must(jsonv2.Unmarshal(src, &c)); return count(c) })
		meas.Do("encoding/json/v2 lean", n, sz, func() int { var c []leanCommand; must(jsonv2.Unmarshal(src, &c)); return len(c) })
		meas.Do("encoding/json/v2 stream", n, sz, func() int {
			d := jsontext.NewDecoder(bytes.NewReader(src))
			_, err := d.ReadToken()
			must(err)
			k := 0
			for d.PeekKind() != ']' {
				var c Command
				must(jsonv2.UnmarshalDecode(d, &c))
				k += len(c.Zone.RR)
			}
			return k
		})
		meas.Do("jsontext tokens only", n, sz, func() int {
			d := jsontext.NewDecoder(bytes.NewReader(src))
			k := 0
			for {
				if _, err := d.ReadToken(); err != nil {
					return k
				}
				k++
			}
		})
	})
}
