package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/zonecast/zonecast/bench/internal/meas"
	"github.com/zonecast/zonecast/plesk"
	"github.com/zonecast/zonecast/zone"
)

// payload is the shape that a plain decoder fills.
type payload []struct {
	Command string `json:"command"`
	Zone    struct {
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
		SOA         struct {
			Email        string `json:"email"`
			TTL          uint32 `json:"ttl"`
			Refresh      uint32 `json:"refresh"`
			Retry        uint32 `json:"retry"`
			Expire       uint32 `json:"expire"`
			Minimum      uint32 `json:"minimum"`
			Serial       uint32 `json:"serial"`
			SerialFormat string `json:"serial_format"`
		} `json:"soa"`
		RR []struct {
			Host         string  `json:"host"`
			DisplayHost  string  `json:"displayHost"`
			Type         string  `json:"type"`
			DisplayValue string  `json:"displayValue"`
			Opt          string  `json:"opt"`
			Value        string  `json:"value"`
			TTL          *uint32 `json:"ttl"`
		} `json:"rr"`
	} `json:"zone"`
}

// panel compares the decoder with a bare Unmarshal of the same bytes.
func panel(file string) {
	src := must(os.ReadFile(file))
	var p payload
	must(0, json.Unmarshal(src, &p))
	n := 0
	for _, c := range p {
		n += len(c.Zone.RR)
	}
	p = nil
	meas.Do("encoding/json Unmarshal", n, int64(len(src)), func() int {
		var p payload
		must(0, json.Unmarshal(src, &p))
		return len(p)
	})
	meas.Do("plesk.Decode to zones", n, int64(len(src)), func() int {
		sets := 0
		for in, err := range plesk.Decode(bytes.NewReader(src)) {
			must(0, err)
			sets += in.Wish.(zone.Replace).Zone.Len()
		}
		return sets
	})
	fmt.Println()
}
