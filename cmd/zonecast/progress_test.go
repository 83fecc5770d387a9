package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

func TestWhoWatchesSeesHowFarTheWorkIs(t *testing.T) {
	var terminal bytes.Buffer // standard output is there as well
	p := &program{out: &terminal, problems: &terminal, progress: newProgress(&terminal, 30)}
	for range 30 {
		p.report(provider.Result{Target: "local", Zone: "example.com.", Plan: zone.Plan{Zone: "example.com."}})
	}
	p.progress.end()
	text := terminal.String()
	assert.Contains(t, text, "\r12 / 30 zones ")
	assert.Contains(t, text, "40.00%")
	assert.Contains(t, text, "\rlocal: example.com.: agreed, no changes\n", "a line begins at the margin")
	last := text[strings.LastIndexByte(text, '\r'):]
	assert.Contains(t, last, "30 / 30 zones ")
	assert.True(t, strings.HasSuffix(last, "\n"))
}

func TestWhereNobodyWatchesThereAreLinesAlone(t *testing.T) {
	var out, problems bytes.Buffer
	p := &program{out: &out, problems: &problems}
	done := p.watch(1000)
	p.report(provider.Result{Target: "local", Zone: "example.com.", Plan: zone.Plan{Zone: "example.com."}})
	done()
	assert.Equal(t, "local: example.com.: agreed, no changes\n", out.String())
	assert.Empty(t, problems.String())
}
