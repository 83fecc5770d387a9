package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
)

var elsewhere = regexp.MustCompile(`\$\{(env|file):([^}]*)\}`)

// fill puts what stands elsewhere into all strings of the options of a driver.
func (c *Config) fill(o options) error { return c.fillValue(reflect.ValueOf(o).Elem()) }

func (c *Config) fillValue(v reflect.Value) (err error) {
	switch v.Kind() {
	case reflect.String:
		if !v.CanSet() {
			return nil
		}
		var text string
		if text, err = c.expand(v.String()); err == nil {
			v.SetString(text)
		}
	case reflect.Struct:
		for i := 0; i < v.NumField() && err == nil; i++ {
			err = c.fillValue(v.Field(i))
		}
	case reflect.Slice:
		for i := 0; i < v.Len() && err == nil; i++ {
			err = c.fillValue(v.Index(i))
		}
	}
	return err
}

// expand replaces ${env:NAME} and ${file:path}. An error has the name, never the
// value.
func (c *Config) expand(text string) (string, error) {
	var errs []error
	out := elsewhere.ReplaceAllStringFunc(text, func(ref string) string {
		m := elsewhere.FindStringSubmatch(ref)
		value, err := c.lookUp(m[1], m[2])
		errs = append(errs, err)
		return value
	})
	return out, errors.Join(errs...)
}

func (c *Config) lookUp(kind, name string) (string, error) {
	if kind == "file" {
		text, err := os.ReadFile(c.path(name))
		return strings.TrimRight(string(text), "\r\n"), err
	}
	value, ok := os.LookupEnv(name)
	if !ok {
		return "", fmt.Errorf("there is no environment variable %s", name)
	}
	return value, nil
}

// A secret is an option that a service may refuse one day: it is then looked up
// again where it stands.
type secret struct {
	Text string // as it was when the configuration was opened
	ref  string // as it stands in the file
}

// UnmarshalYAML reads the text.
func (s *secret) UnmarshalYAML(decode func(any) error) error {
	err := decode(&s.ref)
	s.Text = s.ref
	return err
}

func (secret) schema() object { return object{"type": "string"} }

// source looks the secret up each time it is called.
func (s secret) source(c *Config) func() (string, error) {
	return func() (string, error) { return c.expand(s.ref) }
}
