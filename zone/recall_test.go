package zone

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatABegunPlanPutThereIsOurs(t *testing.T) {
	before := parse(t, "@ 300 TXT token\nwww 300 A 192.0.2.1\nmail 300 A 192.0.2.1")
	want := parse(t, "@ 300 TXT token\n@ 300 TXT ours\nwww 300 A 192.0.2.2\nmail 300 A 192.0.2.2")
	begun := Diff(before, want)
	live := parse(t, "@ 300 TXT token\n@ 300 TXT ours\nwww 300 A 192.0.2.2\nmail 300 A 192.0.2.1") // mail was not done
	base := (*Base)(nil).Recall(live, begun)
	assert.Equal(t, "ours", rawOf(t, base.Wrote))
	assert.Equal(t, "192.0.2.2", dataOf(base.Wrote, "www.example.com.", A))
	assert.Empty(t, dataOf(base.Wrote, "mail.example.com.", A))
	assert.Nil(t, (*Base)(nil).Recall(before, begun))
	assert.Nil(t, (*Base)(nil).Recall(nil, begun))
	known := &Base{Wrote: before, Stored: before}
	assert.Equal(t, "192.0.2.2", dataOf(known.Recall(live, begun).Stored, "www.example.com.", A))
	assert.Equal(t, "192.0.2.1", dataOf(known.Recall(live, begun).Stored, "mail.example.com.", A))
	assert.Same(t, known, known.Recall(live))
}

func rawOf(t *testing.T, z *Zone) string {
	raw, err := RawText(dataOf(z, "example.com.", TXT))
	assert.NoError(t, err)
	return raw
}

func TestWhatCameMeanwhileIsSpared(t *testing.T) {
	before := parse(t, "@ 300 TXT old\nwww 300 A 192.0.2.1")
	goal := parse(t, "@ 600 TXT new\nwww 300 A 192.0.2.2")
	after := parse(t, "@ 300 TXT old\n@ 300 TXT token\nwww 300 A 192.0.2.3\nhand 300 TXT token")
	got := goal.Spare(before, after)
	assert.True(t, got.Equal(parse(t, "@ 600 TXT new\n@ 600 TXT token\nwww 300 A 192.0.2.2\nhand 300 TXT token")), got)
	assert.True(t, goal.Spare(before, before).Equal(goal))
}

func TestWhatAPlanDeletedAndSomebodyMadeAnewIsNotOurs(t *testing.T) {
	ours := parse(t, "www 300 A 192.0.2.1\nmail 300 A 192.0.2.1\nkept 300 A 192.0.2.1")
	begun := Diff(ours, parse(t, "other 300 A 192.0.2.1"))
	live := parse(t, "www 300 A 192.0.2.9\nkept 300 A 192.0.2.1")
	base := (&Base{Wrote: ours, Stored: ours}).Recall(live, begun)
	assert.Empty(t, dataOf(base.Wrote, "www.example.com.", A), "theirs")
	assert.Empty(t, dataOf(base.Stored, "www.example.com.", A))
	assert.Equal(t, "192.0.2.1", dataOf(base.Wrote, "kept.example.com.", A), "the plan did not get there")
	again := Diff(nil, parse(t, "www 300 A 192.0.2.9"))
	assert.Equal(t, "192.0.2.9", dataOf(base.Recall(live, begun, again).Wrote, "www.example.com.", A), "a later plan of ours did")
}

func TestWhatAPlanTookAwayIsNotOursUntilItIsWrittenAgain(t *testing.T) {
	ours := parse(t, "www 300 CNAME a\n@ 300 TXT one\n@ 300 TXT two\nkept 300 A 192.0.2.1\n_x 300 TXT gone")
	begun := Diff(ours, parse(t, "www 300 A 192.0.2.1\n@ 300 TXT two\nkept 300 A 192.0.2.1"))
	live := parse(t, "@ 300 TXT two\nkept 300 A 192.0.2.1") // who did it died in the middle
	base := (&Base{Wrote: ours, Stored: ours}).Recall(live, begun)
	for _, z := range []*Zone{base.Wrote, base.Stored} {
		assert.True(t, z.Equal(live), z)
	}
	goal, fs := Reconcile(base, live, ours, Rules{})
	assert.True(t, goal.Equal(ours))
	assert.Empty(t, fs, "nobody undid anything")
	assert.Empty(t, base.Repairs(Diff(live, goal), ours))
}
