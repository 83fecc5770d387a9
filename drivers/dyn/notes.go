package dyn

import (
	"context"
	"sync"

	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// What is still to be done to a zone, should somebody be interrupted.
const (
	unpublished = "unpublished" // it was created, and nobody serves it yet
	thawed      = "thawed"      // it shall be frozen again
)

// notes say what is still to be done to zones: in the ledger, or without one in this
// process alone.
type notes struct {
	shared provider.Shared

	mu  sync.Mutex
	own map[string]bool
}

// key is that of a note; the ledger keeps it apart from those of other targets.
func key(name zone.Name, what string) string { return "dyn " + what + " " + string(name) }

func (n *notes) read(ctx context.Context, name zone.Name, what string) (bool, error) {
	if n.shared != nil {
		text, err := n.shared.Recall(ctx, key(name, what))
		return text != "", err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.own[key(name, what)], nil
}

// write keeps a note, or forgets it. What is not there is not forgotten in the ledger,
// so that a zone to which nothing is to be done costs no write.
func (n *notes) write(ctx context.Context, name zone.Name, what string, yes bool) error {
	if n.shared == nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.own == nil {
			n.own = map[string]bool{}
		}
		if n.own[key(name, what)] = yes; !yes {
			delete(n.own, key(name, what))
		}
		return nil
	}
	if is, err := n.read(ctx, name, what); err != nil || is == yes {
		return err
	}
	if yes {
		return n.shared.Keep(ctx, key(name, what), "yes")
	}
	return n.shared.Keep(ctx, key(name, what), "")
}
