package zonefile

import "testing"

// HoldLock takes the lock of the folder as another process would.
func HoldLock(t *testing.T, d *Dir) (release func() error) {
	t.Helper()
	f, err := d.lockFile()
	if err != nil {
		t.Fatal(err)
	}
	return f.Close
}
