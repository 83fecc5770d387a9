package planisys

import (
	"github.com/zonecast/zonecast/provider"
	"github.com/zonecast/zonecast/zone"
)

// A Profile says what the public pages of the service do not: how records are read
// and written, how zones come and go, and how answers are to be understood. Of
// the operations any may be missing; what is missing is provider.ErrUnsupported.
// ParseProfile reads one, and tells what the words of its templates are.
type Profile struct {
	Calls   int        `yaml:"calls_per_minute"` // of one account; 0: 60
	Company string     `yaml:"company_header"`   // that names a company; "": Company
	Answers Answers    `yaml:"answers"`
	List    List       `yaml:"list"`
	Records Records    `yaml:"records"`
	Read    *Read      `yaml:"read"`
	Write   *Write     `yaml:"write"`
	Create  *Create    `yaml:"create"`
	Delete  *Operation `yaml:"delete"`
}

// Traits is what the service holds, as far as the profile says.
func (p Profile) Traits() provider.Traits {
	if p.Write == nil {
		return provider.Traits{
			Service: "Planisys PDNS, as far as a profile says how", Whole: "as the profile says", Calls: "as the profile says",
			Traps: []string{"without a profile for writing nothing is written", "a suspended domain is there all the same"},
		}
	}
	t := provider.Traits{Service: "Planisys PDNS"}
	for _, text := range p.Write.Types {
		if typ, err := zone.ParseType(text); err == nil { // else New says so
			t.Types = append(t.Types, typ)
		}
	}
	t.MinTTL, t.MaxTTL, t.JoinsTXT = p.Write.MinTTL, p.Write.MaxTTL, p.Records.Texts == Plain
	if p.Records.TTL == nil {
		t.MinTTL, t.MaxTTL = p.Records.DefaultTTL, p.Records.DefaultTTL
	}
	return t
}

// An Operation is one kind of call. Path and Query are templates, each element of a
// path one by itself, so that what is put there is escaped; Body is a template of
// JSON.
type Operation struct {
	Method string            `yaml:"method"` // "": GET to read, POST to write
	Path   string            `yaml:"path"`   // below the address of the service
	Query  map[string]string `yaml:"query"`
	Body   string            `yaml:"body"`   // "": none
	Repeat bool              `yaml:"repeat"` // doing it twice is doing it once, so that it may be sent again
}

// Answers tell what an answer means.
type Answers struct {
	Success  []Match   `yaml:"success"` // one of which an answer has to be; none: any status 2xx
	Code     Pointer   `yaml:"code"`    // of an error, the service's own
	Words    Pointer   `yaml:"words"`   // of an error, for people
	Outcomes []Outcome `yaml:"outcomes"`
}

// A Match is what answers have in common. What is left out is not asked for.
type Match struct {
	Status []int    `yaml:"status"`
	At     *Pointer `yaml:"at"` // that leads to something
	Is     []any    `yaml:"is"` // and to one of these
}

// An Outcome says what answers mean that are no success; the first that matches
// counts. Where none does it follows from the status.
type Outcome struct {
	Match `yaml:",inline"`
	Means Meaning `yaml:"means"`
}

// List is how the list of domains is written, whose path is public.
type List struct {
	Items Pointer `yaml:"items"` // the array
	Name  Pointer `yaml:"name"`  // of a domain, in an element
}

// Records say how a record is written in JSON. A row is an element of what Read
// finds: a record, or with Values a set of them.
type Records struct {
	Name   Pointer              `yaml:"name"`
	Type   Pointer              `yaml:"type"`
	TTL    *Pointer             `yaml:"ttl"`
	Data   Pointer              `yaml:"data"`
	Parts  map[string][]Pointer `yaml:"parts"`  // by type, where the fields of data stand apart; the last one has all that is left
	Values *Pointer             `yaml:"values"` // the array of a row that is a set; Data, Parts and ID are in its elements
	ID     *Pointer             `yaml:"id"`
	Only   []Match              `yaml:"only"`   // what holds for a row that is a plain record; others are left alone
	Ignore []string             `yaml:"ignore"` // members that mean nothing; a row with other ones is left alone

	Names      Spelling `yaml:"names"`       // of owners: relative, absolute (without a final dot) or dotted
	Apex       *string  `yaml:"apex"`        // the relative name of the zone itself; @ if left out
	Targets    Spelling `yaml:"targets"`     // of names in data
	Texts      Texts    `yaml:"texts"`       // of TXT: quoted, as in a master file, or plain
	DefaultTTL uint32   `yaml:"default_ttl"` // in seconds, of a row that has none; 0: such a row is left alone
}

// Read is how the records of a zone are read.
type Read struct {
	Operation `yaml:",inline"`
	Rows      Pointer  `yaml:"rows"`    // the array
	Empty     bool     `yaml:"empty"`   // an answer without rows is a zone without records; else it is an error
	Pages     *Pages   `yaml:"pages"`   // nil: all comes at once
	Version   *Pointer `yaml:"version"` // that changes with the zone: the same on all pages, and .Version where the whole zone is written
}

// Pages is how a long answer is cut. Next, Total or else Size says where it ends.
type Pages struct {
	First int      `yaml:"first"` // the number of the first page
	Size  int      `yaml:"size"`  // rows of a page
	Next  *Pointer `yaml:"next"`  // what asks for the next page; nothing there: this was the last
	Total *Pointer `yaml:"total"` // rows of all pages
}

// Write is how records are written: one by one, a set at a time, or all of a zone.
type Write struct {
	By     Unit       `yaml:"by"`
	Types  []string   `yaml:"types"`   // that the service holds
	MinTTL uint32     `yaml:"min_ttl"` // in seconds
	MaxTTL uint32     `yaml:"max_ttl"` // in seconds; 0: as DNS has it
	Add    *Operation `yaml:"add"`     // of a record; of a set, where that differs from Put
	Change *Operation `yaml:"change"`  // of a record
	Put    *Operation `yaml:"put"`     // of a set or of a zone
	Remove *Operation `yaml:"remove"`  // of a record or a set
}

// Create is how a zone is made.
type Create struct {
	Operation   `yaml:",inline"`
	NameServers *Pointer `yaml:"name_servers"` // in the answer: an array of names for the registrar
}

// The words that a profile chooses from.
type (
	// Spelling is how names are written.
	Spelling string
	// Texts is how texts are written.
	Texts string
	// Unit is what one call writes.
	Unit string
	// Meaning is what an answer says.
	Meaning string
)

// How names are written.
const (
	Relative Spelling = "relative" // www, and with a final dot what is elsewhere
	Absolute Spelling = "absolute" // www.example.com
	Dotted   Spelling = "dotted"   // www.example.com.
)

// How texts are written.
const (
	Quoted Texts = "quoted" // "one" "two", with escapes, as in a master file
	Plain  Texts = "plain"  // as they are, in one piece
)

// What one call writes.
const (
	ByRecord Unit = "record"
	BySet    Unit = "set"
	ByZone   Unit = "zone"
)

// What an answer says.
const (
	Absent    Meaning = "absent"    // the service does not have the zone
	Exists    Meaning = "exists"    // it has the zone already
	Suspended Meaning = "suspended" // it has the zone and does not let it be worked on
	Changed   Meaning = "changed"   // what was to be changed is no longer there
	Transient Meaning = "transient"
	Throttled Meaning = "throttled"
	Auth      Meaning = "auth"
	Quota     Meaning = "quota"
	Refused   Meaning = "refused"
	NotFound  Meaning = "not found"
)
