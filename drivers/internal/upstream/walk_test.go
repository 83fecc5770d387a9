package upstream

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/zonecast/zonecast/internal/testbed"
)

// walks are those that fail, in a process of their own.
var walks = map[string]func(*testing.T){"godaddy": walkGodaddy, "rfc2136": walkRFC2136, "route53": walkRoute53}

func TestWalk(t *testing.T) {
	walk, ok := walks[os.Getenv("UPSTREAM_WALK")]
	if !ok {
		t.Skip("runs on behalf of TestTheWalkFailsAtTheseSteps")
	}
	walk(t)
}

// What the conformance walk says of the published packages, behind our adapter
// and its guard rails: the steps that fail. A step that leaves this list was
// mended upstream.
func TestTheWalkFailsAtTheseSteps(t *testing.T) {
	failed := regexp.MustCompile(`(?m)^ +--- FAIL: TestWalk/(\S+)`)
	for name, want := range map[string][]string{
		"godaddy": { // sets keep one value, MX has no preference, a deletion takes the set
			"A_and_MX_take_it_back",
			"CAA",
			"SRV",
			"a_delegation_below_the_apex,_with_glue",
			"everything_at_once",
			"one_is_another",
			"one_of_them_leaves",
			"only_the_TTL",
			"the_wildcard_changes",
			"three_A_in_one_set",
			"two_MX_at_the_apex,_one_of_preference_0",
			"two_TXT_in_one_set,_with_quotes,_a_backslash_and_UTF-8",
		},
		"rfc2136": { // texts with quotes, and ErrNoZone
			"a_zone_that_is_not_there",
			"one_TXT_leaves",
			"texts_of_255,_256_and_511_octets",
			"two_TXT_in_one_set,_with_quotes,_a_backslash_and_UTF-8",
		},
		"route53": { // quotes at the end of a text, wildcards, aliases
			"a_protected_set_is_left_alone",
			"a_wildcard",
			"and_all_of_it_moved",
			"everything_at_once",
			"one_TXT_leaves",
			"texts_of_255,_256_and_511_octets",
			"the_wildcard_changes",
			"two_TXT_in_one_set,_with_quotes,_a_backslash_and_UTF-8",
			"underscores_and_depth",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "rfc2136" {
				testbed.Need(t, "named", "rndc", "dig")
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestWalk$", "-test.v")
			cmd.Env = append(os.Environ(), "UPSTREAM_WALK="+name, "TMPDIR="+t.TempDir())
			out, _ := cmd.CombinedOutput()
			var got []string
			for _, m := range failed.FindAllSubmatch(out, -1) {
				got = append(got, string(m[1]))
			}
			slices.Sort(got)
			assert.Equal(t, want, got, "%s\n%s", name, out)
		})
	}
}
