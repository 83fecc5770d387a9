package servers

import (
	"fmt"
	"os"
	"sync"
	"testing"
)

// A database takes seconds to start and is as good for ten tests as for one. Lasting
// gives a test for what outlives it: the tests of a package share that, and TestMain
// ends it.
//
//	func TestMain(m *testing.M) { os.Exit(servers.Share(m)) }
//	…
//	db := servers.MariaDB(servers.Lasting(t))
func Lasting(t testing.TB) testing.TB { return lasting{t} }

// Share runs the tests of a package, and ends what lasted.
func Share(m *testing.M) (code int) {
	code = m.Run()
	last.mu.Lock()
	defer last.mu.Unlock()
	for _, end := range last.cleanups {
		end()
	}
	return code
}

var last struct {
	mu       sync.Mutex
	cleanups []func()
}

type lasting struct{ testing.TB }

func (lasting) Cleanup(f func()) {
	last.mu.Lock()
	defer last.mu.Unlock()
	last.cleanups = append(last.cleanups, f)
}

// Failed, and what follows, is asked and said when the test is over.
func (lasting) Failed() bool { return false }

func (lasting) Errorf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
