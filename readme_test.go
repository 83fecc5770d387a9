package zonecast

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheReadmeCompiles builds the whole programs of the README and runs its tests.
func TestTheReadmeCompiles(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	programs, tests := 0, 0
	for _, block := range regexp.MustCompile("(?s)```go\n(package .*?)```").FindAllStringSubmatch(string(text), -1) {
		file := filepath.Join(t.TempDir(), "readme_test.go")
		args := []string{"test", file}
		if strings.HasPrefix(block[1], "package main") {
			file = filepath.Join(t.TempDir(), "main.go")
			args = []string{"build", "-o", os.DevNull, file}
			programs++
		} else {
			tests++
		}
		require.NoError(t, os.WriteFile(file, []byte(block[1]), 0o644))
		out, err := exec.Command("go", args...).CombinedOutput()
		assert.NoError(t, err, "%s", out)
	}
	assert.Equal(t, []int{1, 1}, []int{programs, tests})
}

// TestEveryLinkLeadsSomewhere holds the papers to the tree.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	papers, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, paper := range papers {
		text, err := os.ReadFile(paper)
		require.NoError(t, err)
		for _, link := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(link[1], "://") {
				_, err := os.Stat(filepath.FromSlash(link[1]))
				assert.NoError(t, err, paper)
			}
		}
	}
}
