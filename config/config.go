package config

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// A Config is the configuration file. Load and Default make one.
type Config struct {
	Ledger  Ledger   `yaml:"ledger" doc:"where it is remembered what we wrote and what is owed; a file zonecast.db beside this one if left out"`
	Targets []Target `yaml:"targets" need:"true" doc:"the places that zones are kept at"`
	Policy  Policy   `yaml:"policy" doc:"what may happen to data that is not ours, at all targets"`
	Plesk   Plesk    `yaml:"plesk" doc:"how zonecast plesk works"`

	Verify Verify `yaml:"verify" doc:"how it is looked whether what was written is served, where the policy says so, and by zonecast verify"`

	Secondary []Secondary `yaml:"secondary" doc:"servers that zones are got from by transfer, for zonecast secondary"`
	Metrics   string      `yaml:"metrics" doc:"where zonecast secondary tells how it is, by HTTP, as 127.0.0.1:9153; nowhere if left out"`

	dir string // that relative paths begin at
}

// A Target is a place that zones are kept at.
type Target struct {
	Name    string  `yaml:"name" need:"true" doc:"its name in results and in the ledger"`
	Driver  string  `yaml:"driver" need:"true" doc:"the kind of target"`
	Mode    Mode    `yaml:"mode" doc:"write, hold: write what somebody has approved, or observe: plan and report, and never write; write if left out"`
	Owner   Owner   `yaml:"owner" doc:"what marks zones as ours, where the service has room for a mark; follows from the ledger if left out"`
	Zones   Zones   `yaml:"zones" doc:"the zones that it gets; all if left out"`
	Options Options `yaml:"options" doc:"the driver's own settings"`
	Policy  Policy  `yaml:"policy" doc:"what differs from the policy for all targets"`
}

// Plesk is how the panel's documents are worked on.
type Plesk struct {
	Wait *Duration `yaml:"wait" doc:"how long zonecast plesk works before it leaves the rest to zonecast run; 5s if left out"`
}

// Options are the settings of a driver, which alone knows what they may be.
type Options struct{ decode func(any) error }

// UnmarshalYAML keeps the settings for their driver.
func (o *Options) UnmarshalYAML(decode func(any) error) error {
	o.decode = decode
	return nil
}

// into gives the settings to who knows them.
func (o Options) into(v any) error {
	if o.decode == nil {
		return nil
	}
	return o.decode(v)
}

// Load reads a configuration file.
func Load(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return parse(path, dir, text)
}

// Default is what holds where there is no file: zone files in the folder zones
// of dir, and a ledger beside it.
func Default(dir string) (*Config, error) {
	return parse("default", dir, []byte("targets: [{name: local, driver: zonefile, options: {dir: ./zones}}]"))
}

func parse(path, dir string, text []byte) (*Config, error) {
	c := &Config{dir: dir}
	err := oneDocument(text)
	if err != nil {
		return nil, at(path, err)
	}
	err = yaml.UnmarshalWithOptions(text, c, yaml.Strict())
	if err == nil {
		err = c.judge()
	}
	if err != nil {
		return nil, at(path, err)
	}
	return c, nil
}

// oneDocument finds what stands behind the end of the configuration.
func oneDocument(text []byte) error {
	f, err := parser.ParseBytes(text, 0)
	if err != nil || len(f.Docs) < 2 || f.Docs[1].Body == nil {
		return err
	}
	return wrong(f.Docs[1].Body, "a second document: want one")
}

// at says where an error stands. The text there is not shown: it may be a secret.
func at(path string, err error) error {
	if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
		p := e.GetToken().Position
		return fmt.Errorf("%s:%d:%d: %s", path, p.Line, p.Column, inWords(e))
	}
	return fmt.Errorf("%s: %w", path, err)
}

// inWords says what is wrong without the names that things have in Go.
func inWords(e yaml.Error) string {
	t, ok := e.(*yaml.TypeError)
	switch {
	case !ok:
		return e.GetMessage()
	case t.DstType.Kind() == reflect.Bool:
		return "want true or false"
	}
	return "want a text"
}

var errNoTargets = errors.New("there are no targets")

// judge finds what the shape of the file does not show.
func (c *Config) judge() error {
	if len(c.Targets) == 0 {
		return errNoTargets
	}
	seen := map[string]bool{}
	for _, t := range c.Targets {
		switch {
		case t.Name == "" || strings.Trim(t.Name, nameLetters) != "":
			return fmt.Errorf("target %q: a name is letters, digits, hyphens and underscores", t.Name)
		case seen[t.Name]:
			return fmt.Errorf("target %s: the name is there twice", t.Name)
		}
		seen[t.Name] = true
		_, policy, err := t.settings(c.Policy)
		if err == nil && c.Ledger.None && policy.RemoveAfter != nil && *policy.RemoveAfter > 0 {
			err = errNobodyWaits
		}
		if err != nil {
			return fmt.Errorf("target %s: %w", t.Name, err)
		}
	}
	return c.judgeSecondaries()
}

var errNobodyWaits = errors.New("remove_after wants a ledger: without one nobody remembers what to remove")

var errNoNSThere = errors.New("such a target has no name servers of its own: want the apex_ns source or a list of names")

const nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

// settings gives the options of a target, with what the policy adds to them, and
// the policy that holds there.
func (t Target) settings(all Policy) (options, Policy, error) {
	p := t.Policy.over(all).over(usual)
	if err := t.Policy.fitsOneTarget(); err != nil {
		return nil, p, err
	}
	d, ok := drivers[t.Driver]
	if !ok {
		return nil, p, fmt.Errorf("there is no driver %q; the drivers are %s", t.Driver, strings.Join(Drivers(), ", "))
	}
	if t.Policy.ApexNS.By == "provider" && Traits(t.Driver).Authority {
		return nil, p, errNoNSThere
	}
	o := d.options()
	if err := t.Options.into(o); err != nil {
		return nil, p, err
	}
	if len(p.ApexNS.Names) > 0 {
		if err := o.serve(p.ApexNS.Names); err != nil {
			return nil, p, err
		}
	}
	return o, p, nil
}

// mode gives the mode, write where none is said.
func (t Target) mode() Mode { return cmp.Or(t.Mode, "write") }

// path gives a path of the file as it is seen from here.
func (c *Config) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, p)
}
