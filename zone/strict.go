package zone

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// encoding/json is forgiving: it takes a key twice, in any case, and whatever
// stands behind the end. What reads a plan must not guess.

// jsonKeys are all keys of the JSON forms.
var jsonKeys = func() map[string]bool {
	m := map[string]bool{}
	for _, k := range strings.Fields("version zone sets protected name type ttl data reason create delete changes old new") {
		m[k] = true
	}
	return m
}()

var (
	errUTF8     = errors.New("is not valid UTF-8")
	errTrailing = errors.New("something stands behind the end")
)

// isWritten reports whether b is what v is written as: then there is nothing to
// judge in it. Most of what is read was written here, and judging it costs more than
// all the rest.
func isWritten(b []byte, v json.Marshaler) bool {
	again, err := v.MarshalJSON()
	return err == nil && bytes.Equal(again, b)
}

// strictJSON decodes b into v and wants every key known, in its spelling and
// once, and the version ours.
func strictJSON(b []byte, v any, version *int) error {
	if !utf8.Valid(b) {
		return errUTF8
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if err := checkValue(d); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errTrailing
	}
	if err := json.Unmarshal(b, v); err != nil {
		return err
	}
	if *version != jsonVersion {
		return fmt.Errorf("version %d, want %d", *version, jsonVersion)
	}
	return nil
}

// checkValue reads one value and judges the keys in it.
func checkValue(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[any]bool{}
	for d.More() {
		if delim == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			if s, _ := key.(string); !jsonKeys[s] {
				return fmt.Errorf("unknown key %s", quote(s))
			}
			if seen[key] {
				return fmt.Errorf("the key %q stands twice", key)
			}
			seen[key] = true
		}
		if err := checkValue(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
