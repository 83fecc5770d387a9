// Package durable writes files that are there whole or not at all, and that stay
// when the power goes.
package durable

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// unfinished is how the names of files begin that are still being written.
const unfinished = ".zonecast-"

// Write puts a file in place: it is written beside its place, is on the disk before
// anybody can see it, and takes the place of what was there by a rename. prepare
// gives it its mode and its owner.
func Write(path string, text []byte, prepare func(*os.File) error) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp.Name())
		}
	}()
	_, err = tmp.Write(text)
	if err = errors.Join(err, prepare(tmp), tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// Remove removes a file for good.
func Remove(path string) error {
	return errors.Join(os.Remove(path), syncDir(filepath.Dir(path)))
}

// Old is the age at which an unfinished file has nobody any more who writes it.
const Old = 24 * time.Hour

// Sweep removes the old unfinished files of a folder: they are what processes were
// writing when they were killed. What may not be removed stays.
func Sweep(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), unfinished) || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > Old {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// syncDir makes a rename or a removal last. Windows has no such call and needs
// none.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
