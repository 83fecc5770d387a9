package config

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/zonecast/zonecast/secondary"
	"github.com/zonecast/zonecast/zone"
)

// A Secondary is a source: servers that zones are got from by transfer.
type Secondary struct {
	Name      string    `yaml:"name" need:"true" doc:"its name in results and in the ledger"`
	Primaries []Primary `yaml:"primaries" need:"true" doc:"the servers, the first one that answers is heard"`
	List      List      `yaml:"list" need:"true" doc:"where it is said which zones there are"`
	Poll      *Duration `yaml:"poll" doc:"how often the list and the serials are looked at; 1m if left out"`
	Resync    *Duration `yaml:"resync" doc:"how long it may take until all of a zone is compared again; 168h if left out"`
	Notify    Words     `yaml:"notify" doc:"where to listen for primaries that say that a zone has changed"`
	Allow     []string  `yaml:"allow" doc:"networks that may say so beside the primaries, as 192.0.2.0/24"`
	Transfers Count     `yaml:"transfers" doc:"transfers from one primary at a time; 8 if left out"`
	DNSSEC    DNSSEC    `yaml:"dnssec" doc:"what becomes of zones that their primary has signed: presigned, they go as they are to targets that serve them so and are held at others; hold, they go nowhere; or strip, they go on without the signatures once the parent has had no DS for two days; presigned if left out"`
	Resolvers Words     `yaml:"resolvers" doc:"with strip: who is asked whether a parent has a DS, host or host:port; those of /etc/resolv.conf if left out"`
	ForceMost Count     `yaml:"force_most" doc:"zones that may lose records by one zonecast force; the others stay suspect until it is said again; 100 if left out"`
	Removals  Removals  `yaml:"removals" doc:"when zones are removed that the list has lost"`
}

// A Primary is a server that hands out zones.
type Primary struct {
	Address string `yaml:"address" need:"true" doc:"host or host:port"`
	TSIG    TSIG   `yaml:"tsig" doc:"the key that messages are signed with"`
	TLS     TLS    `yaml:"tls" doc:"all is said over TLS, by default at port 853"`
}

// TSIG is a key (RFC 8945).
type TSIG struct {
	Name      string `yaml:"name" need:"true" doc:"its name, as the server has it"`
	Algorithm string `yaml:"algorithm" doc:"as in hmac-sha256, which it is if left out"`
	Secret    string `yaml:"secret" need:"true" doc:"in base64; better as ${file:path}"`
}

// TLS is how a server is known.
type TLS struct {
	Name string `yaml:"name" doc:"the name in its certificate; that of the address if left out"`
	CA   string `yaml:"ca" doc:"a file with the certificates of who vouches for it; the system's if left out"`
	On   bool   `yaml:"on" doc:"true: the primary is asked over TLS, also where nothing else is said here"`
}

// List is where it is said which zones there are: one of these. With rsync it is the
// file, the directory or the namedconf that rsync brings.
type List struct {
	File       string     `yaml:"file" doc:"a file with one zone a line"`
	Directory  Directory  `yaml:"directory" doc:"a folder with a file for each zone"`
	NamedConf  NamedConf  `yaml:"namedconf" doc:"a configuration of BIND, or what one includes"`
	Catalog    Catalog    `yaml:"catalog" doc:"a catalog zone (RFC 9432) at the primaries"`
	Statistics Statistics `yaml:"statistics" doc:"the statistics channel of BIND"`
	Static     []string   `yaml:"static" doc:"the zones themselves"`
	Rsync      Rsync      `yaml:"rsync" doc:"fetches the list first"`
}

// Directory is a folder with a file for each zone.
type Directory struct {
	Path   string `yaml:"path" need:"true" doc:"the folder"`
	Suffix string `yaml:"suffix" doc:"what the names of files have behind those of zones, as .zone"`
}

// NamedConf is a configuration of BIND.
type NamedConf struct {
	File  string   `yaml:"file" need:"true" doc:"its path; includes are followed"`
	Types []string `yaml:"types" doc:"the types of zones that are followed; primary and master if left out"`
	Views []string `yaml:"views" doc:"the views; all if left out"`
}

// Catalog is a zone that lists zones.
type Catalog struct {
	Zone  string   `yaml:"zone" need:"true" doc:"its name"`
	Names []string `yaml:"names" doc:"patterns of the names that it may have; any if left out"`
}

// Statistics is the statistics channel of BIND.
type Statistics struct {
	URL   string   `yaml:"url" need:"true" doc:"as http://192.0.2.53:8053"`
	Types []string `yaml:"types" doc:"the types of zones that are followed; primary and master if left out"`
	Views []string `yaml:"views" doc:"the views; all if left out"`
}

// Rsync fetches a list.
type Rsync struct {
	From         string    `yaml:"from" need:"true" doc:"as rsync://user@host/module/zones.list"`
	To           string    `yaml:"to" need:"true" doc:"the folder that it is put into, where file, directory or namedconf are"`
	PasswordFile string    `yaml:"password_file" doc:"a file with the password, for its owner alone"`
	Every        *Duration `yaml:"every" doc:"how often; each time that the list is read if left out"`
}

// Removals are the rules for zones that a list has lost.
type Removals struct {
	After *Duration `yaml:"after" doc:"how long the list has to be without a zone; 10m if left out, and at least"`
	Most  Count     `yaml:"most" doc:"zones that may be lost at a time; of more none is removed; 10 if left out"`
}

// Words is one word or a list of them.
type Words []string

// UnmarshalYAML reads a word or a list.
func (w *Words) UnmarshalYAML(decode func(any) error) error {
	var n node
	if err := decode(&n); err != nil {
		return err
	}
	if _, ok := n.Node.(*ast.SequenceNode); ok {
		return decode((*[]string)(w))
	}
	var one string
	err := decode(&one)
	*w = Words{one}
	return err
}

func (Words) schema() object {
	return object{"oneOf": []object{{"type": "string"}, {"type": "array", "items": object{"type": "string"}}}}
}

// DNSSEC is what becomes of zones that their primary has signed.
type DNSSEC string

func (DNSSEC) words() []string { return []string{"presigned", "hold", "strip"} }

// UnmarshalYAML reads the word.
func (d *DNSSEC) UnmarshalYAML(n ast.Node) error { return choose(n, d) }

var (
	errNoPrimaries = errors.New("there are no primaries")
	errOneList     = errors.New("want one list: file, directory, namedconf, catalog, statistics or static")
)

// judgeSecondaries finds what the shape of the file does not show.
func (c *Config) judgeSecondaries() error {
	seen := map[string]bool{"": true, "plesk": true, "file": true} // which are sources, too
	for _, s := range c.Secondary {
		switch {
		case strings.Trim(s.Name, nameLetters) != "" || seen[s.Name]:
			return fmt.Errorf("secondary %q: a name is letters, digits, hyphens and underscores, is there once, and is neither plesk nor file", s.Name)
		case len(s.Primaries) == 0:
			return fmt.Errorf("secondary %s: %w", s.Name, errNoPrimaries)
		}
		seen[s.Name] = true
		if _, err := s.allowed(); err != nil {
			return fmt.Errorf("secondary %s: %w", s.Name, err)
		}
		if _, err := c.list(s.List, nil); err != nil {
			return fmt.Errorf("secondary %s: %w", s.Name, err)
		}
	}
	return nil
}

func (s Secondary) allowed() (out []netip.Prefix, err error) {
	for _, text := range s.Allow {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, e := netip.ParseAddr(text)
			if e != nil {
				return nil, fmt.Errorf("allow: %q: want a network as 192.0.2.0/24", text)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

var errOnlyFiles = errors.New("rsync brings a file, a directory or a namedconf")

// list makes the one list that is said.
func (c *Config) list(l List, primaries []secondary.Primary) (secondary.List, error) {
	lists, err := c.fileLists(l)
	if err != nil {
		return nil, err
	}
	if l.Rsync.From != "" {
		if len(lists) != 1 {
			return nil, errOnlyFiles
		}
		lists[0] = &secondary.Rsync{From: l.Rsync.From, To: c.path(l.Rsync.To), PasswordFile: c.path(l.Rsync.PasswordFile), Every: since(l.Rsync.Every), List: lists[0]}
	}
	if l.Catalog.Zone != "" {
		names, err := zoneNames([]string{l.Catalog.Zone})
		if err != nil {
			return nil, err
		}
		takes, err := c.takes(Zones{Patterns: l.Catalog.Names})
		if err != nil {
			return nil, err
		}
		lists = append(lists, &secondary.Catalog{Name: names[0], Primaries: primaries, Takes: takes})
	}
	if l.Statistics.URL != "" {
		lists = append(lists, secondary.Statistics{URL: l.Statistics.URL, Types: l.Statistics.Types, Views: l.Statistics.Views})
	}
	if len(lists) != 1 {
		return nil, errOneList
	}
	return lists[0], nil
}

// fileLists makes the lists that are files, or the configuration itself.
func (c *Config) fileLists(l List) (lists []secondary.List, err error) {
	if l.File != "" {
		lists = append(lists, secondary.File(c.path(l.File)))
	}
	if l.Directory.Path != "" {
		lists = append(lists, secondary.Directory{Path: c.path(l.Directory.Path), Suffix: l.Directory.Suffix})
	}
	if l.NamedConf.File != "" {
		lists = append(lists, secondary.NamedConf{Path: c.path(l.NamedConf.File), Types: l.NamedConf.Types, Views: l.NamedConf.Views})
	}
	if len(l.Static) > 0 {
		names, err := zoneNames(l.Static)
		if err != nil {
			return nil, err
		}
		lists = append(lists, secondary.Static(names))
	}
	return lists, nil
}

func zoneNames(texts []string) (names []zone.Name, err error) {
	for _, text := range texts {
		n, err := zone.ParseName(text)
		if err != nil {
			return nil, fmt.Errorf("list: %w", err)
		}
		names = append(names, n)
	}
	return names, nil
}

// Metrics is where zonecast secondary tells how it is, "" for nowhere.
func (r *Runtime) Metrics() string { return r.config.Metrics }

// Secondaries makes the sources that are to be followed. With a ledger, what they got
// is kept there.
func (r *Runtime) Secondaries() (out []*secondary.Secondary, err error) {
	for _, s := range r.config.Secondary {
		made, err := r.secondary(s)
		if err != nil {
			return nil, fmt.Errorf("secondary %s: %w", s.Name, err)
		}
		out = append(out, made)
	}
	return out, nil
}

func (r *Runtime) secondary(s Secondary) (*secondary.Secondary, error) {
	s.Primaries = append([]Primary(nil), s.Primaries...) // the secrets are not for the configuration
	if err := r.config.fillValue(reflect.ValueOf(&s).Elem()); err != nil {
		return nil, err
	}
	out := &secondary.Secondary{Name: s.Name, Poll: since(s.Poll), Resync: since(s.Resync), Transfers: int(s.Transfers), Notify: s.Notify, Differences: r.Ledger != nil, ForceMost: int(s.ForceMost), Resolvers: s.Resolvers,
		Removals: secondary.Removals{After: since(s.Removals.After), Most: int(s.Removals.Most)}, Logger: r.logger}
	out.DNSSEC = map[DNSSEC]secondary.DNSSEC{"hold": secondary.Hold, "strip": secondary.Strip}[s.DNSSEC]
	if r.Ledger != nil {
		out.Store = copies{r.Ledger}
		out.Untold = func(ctx context.Context) ([]zone.Name, error) { return r.untold(ctx, s.Name) }
	}
	var err error
	if out.Allow, err = s.allowed(); err != nil {
		return nil, err
	}
	for _, p := range s.Primaries {
		made, err := r.config.primary(p)
		if err != nil {
			return nil, fmt.Errorf("primary %s: %w", p.Address, err)
		}
		out.Primaries = append(out.Primaries, made)
	}
	out.List, err = r.config.list(s.List, out.Primaries)
	return out, err
}

func since(d *Duration) time.Duration {
	if d == nil {
		return 0
	}
	return time.Duration(*d)
}

func (c *Config) primary(p Primary) (secondary.Primary, error) {
	out := secondary.Primary{Address: p.Address, Key: secondary.Key(p.TSIG)}
	if p.TLS == (TLS{}) {
		return out, nil
	}
	out.TLS = &tls.Config{ServerName: p.TLS.Name}
	if p.TLS.CA == "" {
		return out, nil
	}
	text, err := os.ReadFile(c.path(p.TLS.CA))
	if err != nil {
		return out, err
	}
	out.TLS.RootCAs = x509.NewCertPool()
	if !out.TLS.RootCAs.AppendCertsFromPEM(text) {
		return out, fmt.Errorf("%s: has no certificate", p.TLS.CA)
	}
	return out, nil
}
