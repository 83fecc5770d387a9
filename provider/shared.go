package provider

import (
	"context"
	"time"
)

// Shared is what a driver shares with whoever else works with the same account, in
// this process and in others, and what it keeps from one run to the next. A ledger
// gives it; a driver does without where there is none. Nothing secret belongs here.
type Shared interface {
	// Owner is the mark of zones that are ours; "" where they get none.
	Owner() string
	// Recall gives what was kept under a key, "" where nothing was. It may be out
	// of date: it saves a question, and is no answer to one.
	Recall(ctx context.Context, key string) (string, error)
	// Keep keeps a value; "" forgets it.
	Keep(ctx context.Context, key, value string) error
	// Take takes one token out of a bucket that is filled at a rate of tokens a
	// second up to burst. wait is how long to wait until it is there.
	Take(ctx context.Context, bucket string, rate float64, burst int) (wait time.Duration, err error)
}

// A Sharer is a driver that has a use for what is shared. Share is called once,
// before anything else.
type Sharer interface {
	Share(Shared)
}
