package secondary

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Rsync is a list that is fetched before it is read, by the program rsync.
type Rsync struct {
	From         string        // as rsync://user@host/module/zones.list
	To           string        // the folder that it is put into
	PasswordFile string        // that only its owner may read; "": there is no password
	Every        time.Duration // how often; 0: each time that the list is read
	List         List          // reads what was fetched
	// Command makes the process; nil: exec.CommandContext.
	Command func(ctx context.Context, name string, args ...string) *exec.Cmd

	mu   sync.Mutex
	last time.Time // when it was fetched
}

const rsyncTime = time.Minute // that it may take

// Zones implements List. What was fetched earlier is not read when fetching fails:
// it may be half of it.
func (r *Rsync) Zones(ctx context.Context) ([]Entry, error) {
	if err := r.fetch(ctx); err != nil {
		return nil, err
	}
	return r.List.Zones(ctx)
}

func (r *Rsync) fetch(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.last.IsZero() && time.Since(r.last) < r.Every {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, rsyncTime)
	defer cancel()
	command := r.Command
	if command == nil {
		command = exec.CommandContext
	}
	cmd := command(ctx, "rsync", r.args()...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		r.last = time.Time{}
		return fmt.Errorf("rsync %s: %w: %s", r.From, meaning(err), strings.TrimSpace(said.String()))
	}
	r.last = time.Now()
	return nil
}

// args has rsync put a whole file in the place of another, or none.
func (r *Rsync) args() []string {
	args := []string{"--times", "--checksum", "--timeout=10"}
	if strings.HasPrefix(r.From, "rsync://") || strings.Contains(r.From, "::") {
		args = append(args, "--contimeout=5")
	}
	if r.PasswordFile != "" {
		args = append(args, "--password-file="+r.PasswordFile)
	}
	return append(args, "--", r.From, strings.TrimSuffix(r.To, "/")+"/")
}

// meaning says what rsync's exit code means, where it is one that is met.
func meaning(err error) error {
	e, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return err
	}
	words := map[int]string{5: "the password is wrong, or the module does not exist", 10: "nobody answers", 12: "the connection broke", 23: "the file does not exist there", 30: "it took too long", 35: "nobody answers"}
	if text := words[e.ExitCode()]; text != "" {
		return fmt.Errorf("%s (%w)", text, err)
	}
	return err
}
