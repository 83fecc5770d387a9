package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/cheggaaa/pb/v3"
	"github.com/mattn/go-isatty"
)

// many is a number of zones from which on people want to know how far the work is.
const many = 20

// A progress is a line on a terminal that shows how far work over many zones is. The
// nil one shows nothing. It draws when a zone is done and at no other time, so that
// nothing else is written in between.
type progress struct {
	bar *pb.ProgressBar
	out io.Writer
}

const progressLine = `{{counters . }} zones {{bar . }} {{percent . }} {{speed . "%s/s" "…"}} {{rtime . "ETA %s" "%s" "…"}}`

// watch shows how far work on some zones is, where somebody watches; done ends that.
func (p *program) watch(zones int) (done func()) {
	if zones <= many || p.quiet || p.json || !isTerminal(p.problems) {
		return func() {}
	}
	p.progress = newProgress(p.problems, zones)
	return func() {
		p.progress.end()
		p.progress = nil
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

func newProgress(w io.Writer, zones int) *progress {
	bar := pb.New(zones).SetTemplateString(progressLine).
		Set(pb.Static, true).Set(pb.Terminal, true).Set(pb.Color, false).SetWriter(w) // which reads the others
	if bar.Width() == 0 {
		bar.SetWidth(80) // the terminal does not say
	}
	return &progress{bar.Start(), w}
}

// around does what writes lines to the terminal, and then a zone is done.
func (g *progress) around(write func()) {
	if g != nil {
		g.wipe()
		defer g.bar.Increment().Write()
	}
	write()
}

func (g *progress) wipe() {
	fmt.Fprint(g.out, "\r", strings.Repeat(" ", g.bar.Width()), "\r")
}

// end leaves the line where it is: it tells what was done, and how fast.
func (g *progress) end() { fmt.Fprintln(g.out) }
