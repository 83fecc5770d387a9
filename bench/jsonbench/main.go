// Command jsonbench compares JSON decoders on the hosting panel's payload.
//
//	jsonbench [-runs 7] FILE...            (GOEXPERIMENT=jsonv2 go build adds encoding/json/v2)
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/bytedance/sonic"
	gojson "github.com/goccy/go-json"

	"github.com/zonecast/zonecast/bench/internal/meas"
	"github.com/zonecast/zonecast/bench/internal/zgen"
)

type SOA struct {
	Email        string `json:"email"`
	Status       int    `json:"status"`
	Type         string `json:"type"`
	TTL          uint32 `json:"ttl"`
	Refresh      uint32 `json:"refresh"`
	Retry        uint32 `json:"retry"`
	Expire       uint32 `json:"expire"`
	Minimum      uint32 `json:"minimum"`
	Serial       uint32 `json:"serial"`
	SerialFormat string `json:"serial_format"`
}

type RR struct {
	Host         string  `json:"host"`
	DisplayHost  string  `json:"displayHost"`
	Type         string  `json:"type"`
	DisplayValue string  `json:"displayValue"`
	Opt          string  `json:"opt"`
	Value        string  `json:"value"`
	TTL          *uint32 `json:"ttl"`
}

type Zone struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	SOA         SOA    `json:"soa"`
	RR          []RR   `json:"rr"`
}

type PTR struct {
	IP       string `json:"ip_address"`
	Hostname string `json:"hostname"`
}

type Command struct {
	Command string `json:"command"`
	Zone    *Zone  `json:"zone"`
	PTR     *PTR   `json:"ptr"`
}

// lean leaves out what an engine does not need.
type leanRR struct {
	Host  string  `json:"host"`
	Type  string  `json:"type"`
	Opt   string  `json:"opt"`
	Value string  `json:"value"`
	TTL   *uint32 `json:"ttl"`
}
type leanCommand struct {
	Command string `json:"command"`
	Zone    *struct {
		Name string   `json:"name"`
		SOA  SOA      `json:"soa"`
		RR   []leanRR `json:"rr"`
	} `json:"zone"`
	PTR *PTR `json:"ptr"`
}

func count(c []Command) int {
	n := 0
	for i := range c {
		if c[i].Zone != nil {
			n += len(c[i].Zone.RR)
		}
	}
	return n
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

var v2 []func(src []byte, n int)

func main() {
	flag.IntVar(&meas.Runs, "runs", 7, "runs")
	str := flag.Bool("strict", false, "show what each decoder refuses, and stop")
	flag.Parse()
	if *str {
		strict()
		return
	}
	for _, p := range flag.Args() {
		src, err := os.ReadFile(p)
		must(err)
		var c []Command
		must(json.Unmarshal(src, &c))
		n, sz := count(c), int64(len(src))
		c = nil
		fmt.Printf("%d commands' worth of %d records, %d bytes, %.0f bytes a record\n", bytes.Count(src, []byte(`"command":`)), n, sz, float64(sz)/float64(n))
		std := "encoding/json"
		if len(v2) > 0 {
			std = "encoding/json (on v2)"
		}
		meas.Do(std+" Unmarshal", n, sz, func() int { var c []Command; must(json.Unmarshal(src, &c)); return count(c) })
		meas.Do(std+" lean", n, sz, func() int { var c []leanCommand; must(json.Unmarshal(src, &c)); return len(c) })
		meas.Do(std+" stream", n, sz, func() int {
			d := json.NewDecoder(bytes.NewReader(src))
			_, err := d.Token()
			must(err)
			k := 0
			for d.More() {
				var c Command
				must(d.Decode(&c))
				k += len(c.Zone.RR)
			}
			return k
		})
		for _, f := range v2 {
			f(src, n)
		}
		meas.Do("goccy/go-json", n, sz, func() int { var c []Command; must(gojson.Unmarshal(src, &c)); return count(c) })
		meas.Do("sonic default", n, sz, func() int { var c []Command; must(sonic.Unmarshal(src, &c)); return count(c) })
		meas.Do("sonic std-compatible", n, sz, func() int { var c []Command; must(sonic.ConfigStd.Unmarshal(src, &c)); return count(c) })
		meas.Do("reference scan -> neutral", n, sz, func() int {
			k, err := scanPayload(src, func(origin string, r []zgen.Rec) int { return len(r) })
			must(err)
			return k
		})
		fmt.Println()
	}
}
