package servers

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a server may take to start, or to stop.
const patience = 60 * time.Second

// A Process is a server that runs for a test. It may be stopped and started
// again, and keeps its ports and its data.
type Process struct {
	Software string // its name, for people
	Dir      string // where it keeps everything

	argv   []string
	user   *user        // nil: who runs the test
	quit   os.Signal    // asks it to end; nil: SIGTERM
	ready  func() error // nil once it answers
	cmd    *exec.Cmd    // nil while it does not run
	ended  chan error   // has what Wait said
	log    *os.File     // what it says
	killed bool         // and not started since
}

// run starts the program in its folder, unless that is to be later, and has it stopped
// when the test is over.
func (p *Process) run(t testing.TB, later bool) {
	t.Helper()
	t.Cleanup(func() { p.over(t) })
	if !later {
		p.Start(t)
	}
}

// folder makes a folder for a server: with a short name, since those of sockets are
// bounded, and open to other users, since not every server runs as root.
func folder(t testing.TB, software string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", strings.ToLower(software))
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Start starts the server and waits until it answers. Children of one that was
// killed may outlive it for a moment, and keep the next one from starting.
func (p *Process) Start(t testing.TB) {
	t.Helper()
	err := p.start(t)
	for end := time.Now().Add(patience); err != nil && p.killed && time.Now().Before(end); err = p.start(t) {
		p.log.Close()
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("%s does not start: %v", p.Software, err)
	}
	p.killed = false
}

// start starts the server once.
func (p *Process) start(t testing.TB) error {
	t.Helper()
	log, err := os.OpenFile(p.logName(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	p.log = log
	p.cmd = p.user.command(p.Dir, p.argv...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("%s: %v", p.Software, err)
	}
	p.ended = make(chan error, 1)
	go func(cmd *exec.Cmd, ended chan<- error) { ended <- cmd.Wait() }(p.cmd, p.ended)
	return p.wait()
}

// wait waits until the server answers, or has ended.
func (p *Process) wait() (err error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err = p.ready(); err == nil {
			return nil
		}
		select {
		case died := <-p.ended:
			p.ended <- died
			return fmt.Errorf("it ended: %w", errors.Join(died, err))
		default:
		}
	}
	return err
}

// Stop ends the server as an administrator does.
func (p *Process) Stop(t testing.TB) {
	t.Helper()
	signal := p.quit
	if signal == nil {
		signal = syscall.SIGTERM
	}
	p.end(t, signal)
}

// Kill ends the server as a power cut does.
func (p *Process) Kill(t testing.TB) {
	t.Helper()
	p.end(t, os.Kill)
	p.killed = true
}

// end sends a signal and waits until the process is gone.
func (p *Process) end(t testing.TB, s os.Signal) {
	t.Helper()
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Signal(s) // fails for one that has ended, which is as well
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Errorf("%s does not end", p.Software)
		p.cmd.Process.Kill()
		<-p.ended
	}
	p.cmd = nil
	p.log.Close()
}

// over ends the server for good. Of a failed test the log stays.
func (p *Process) over(t testing.TB) {
	p.Stop(t)
	if t.Failed() {
		t.Logf("the log of %s, the whole of which is %s:\n%s", p.Software, p.keepLog(), p.Log(20))
	}
	os.RemoveAll(p.Dir)
}

func (p *Process) logName() string { return filepath.Join(p.Dir, "log") }

// keepLog puts the log where it outlives the folder.
func (p *Process) keepLog() string {
	path := p.Dir + ".log"
	os.Rename(p.logName(), path) // or it is gone, and the end of it was printed
	return path
}

// Log gives the last lines of what the server said.
func (p *Process) Log(lines int) string {
	text, _ := os.ReadFile(p.logName())
	if len(text) == 0 {
		text, _ = os.ReadFile(p.Dir + ".log")
	}
	all := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(all[max(0, len(all)-lines):], []byte("\n")))
}

// run runs a program to its end; the error has what it said.
func run(u *user, dir string, argv ...string) (string, error) {
	out, err := u.command(dir, argv...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", argv[0], err, bytes.TrimSpace(out))
	}
	return string(out), err
}

// must runs a program that may not fail.
func must(t testing.TB, u *user, dir string, argv ...string) string {
	t.Helper()
	out, err := run(u, dir, argv...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// write puts a file into the folder of a server.
func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
