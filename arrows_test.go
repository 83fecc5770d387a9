package zonecast

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/zonecast/zonecast"

// arrows is the floor plan: what each package may import beside the standard
// library. Ours are written without the module's path. An arrow that is not here
// does not exist, and all of them go down.
var arrows = map[string][]string{
	"":                      {},
	"zone":                  {"golang.org/x/net/idna", "github.com/miekg/dns"},
	"plesk":                 {"zone", "github.com/go-json-experiment/json", "github.com/go-json-experiment/json/jsontext"},
	"provider":              {"zone", "github.com/libdns/libdns"},
	"ledger":                {"zone", "provider", "internal/durable", "github.com/rogpeppe/go-internal/lockedfile"},
	"engine":                {"zone", "provider"},
	"config":                {"zone", "provider", "engine", "ledger", "drivers/route53", "drivers/zonefile", "github.com/goccy/go-yaml", "github.com/goccy/go-yaml/ast", "github.com/goccy/go-yaml/parser", "modernc.org/sqlite", "drivers/godaddy", "drivers/dyn", "drivers/planisys", "drivers/rfc2136", "secondary", "drivers/powerdns", "drivers/powerdnssql", "verify"},
	"cmd/zonecast":          {"zone", "plesk", "provider", "engine", "ledger", "config", "github.com/spf13/cobra", "github.com/spf13/cobra/doc", "github.com/cheggaaa/pb/v3", "github.com/mattn/go-isatty", "secondary", "verify"},
	"provider/providertest": {"zone", "provider", "github.com/stretchr/testify/require"},
	"drivers/route53": {"zone", "provider", "golang.org/x/time/rate", "github.com/aws/smithy-go", "github.com/aws/smithy-go/transport/http",
		"github.com/aws/aws-sdk-go-v2/aws", "github.com/aws/aws-sdk-go-v2/aws/transport/http", "github.com/aws/aws-sdk-go-v2/config",
		"github.com/aws/aws-sdk-go-v2/credentials", "github.com/aws/aws-sdk-go-v2/credentials/stscreds", "github.com/aws/aws-sdk-go-v2/service/route53",
		"github.com/aws/aws-sdk-go-v2/service/route53/types", "github.com/aws/aws-sdk-go-v2/service/sts"},
	"drivers/zonefile":               {"zone", "provider", "internal/durable", "drivers/internal/authority", "github.com/rogpeppe/go-internal/lockedfile"},
	"drivers/internal/route53test":   {}, // imported by tests alone
	"drivers/planisys":               {"zone", "provider", "drivers/internal/rest", "github.com/goccy/go-yaml", "github.com/goccy/go-yaml/parser"},
	"drivers/internal/planisystest":  {"zone"}, // imported by tests alone
	"drivers/internal/rest/resttest": {},       // imported by tests alone
	"drivers/internal/upstream":      {},
	"drivers/internal/dyntest":       {"zone"}, // imported by tests alone
	"drivers/dyn":                    {"zone", "provider", "drivers/internal/rest"},
	"internal/durable":               {},
	"internal/testbed":               {}, // imported by tests alone
	"examples/newdriver":             {"zone", "provider"},
	"examples/plesk":                 {"zone", "plesk", "provider", "drivers/zonefile"},
	"examples/route53":               {"plesk", "provider", "ledger", "drivers/route53", "modernc.org/sqlite"},
	"examples/secondary":             {"zone", "secondary", "provider", "drivers/zonefile"},
	"drivers/internal/rest":          {"zone", "provider", "github.com/cenkalti/backoff/v5", "golang.org/x/time/rate"},
	"drivers/godaddy":                {"zone", "provider", "drivers/internal/rest"},
	"drivers/internal/godaddytest":   {"zone"}, // imported by tests alone
	"drivers/rfc2136":                {"zone", "provider", "internal/message", "github.com/miekg/dns"},
	"internal/servers":               {"zone", "internal/testbed", "github.com/stretchr/testify/assert"}, // imported by tests alone
	"secondary":                      {"zone", "internal/message"},
	"verify":                         {"zone", "internal/message"},
	"drivers/internal/primaries":     {}, // tests alone
	"internal/message":               {"zone"},
	"drivers/internal/authority":     {"zone"},
	"drivers/internal/pdns":          {"zone", "provider", "drivers/internal/authority", "drivers/internal/rest"},
	"drivers/internal/pdns/pdnstest": {"zone", "internal/servers", "github.com/stretchr/testify/assert", "github.com/stretchr/testify/require"}, // imported by tests alone
	"drivers/powerdns":               {"zone", "provider", "drivers/internal/authority", "drivers/internal/pdns", "drivers/internal/rest"},
	"drivers/powerdnssql": {"zone", "provider", "drivers/internal/authority", "drivers/internal/pdns", "drivers/internal/rest",
		"github.com/go-sql-driver/mysql", "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/pgconn", "github.com/jackc/pgx/v5/stdlib", "modernc.org/sqlite", "modernc.org/sqlite/lib"},
}

// oneFile names packages outside that one file alone may import.
var oneFile = map[string]string{
	"zone github.com/miekg/dns":                                   "wire.go",
	"zone golang.org/x/net/idna":                                  "idna.go",
	"drivers/zonefile github.com/rogpeppe/go-internal/lockedfile": "lock.go",
	"drivers/route53 golang.org/x/time/rate":                      "pace.go",
	"ledger github.com/rogpeppe/go-internal/lockedfile":           "spool.go",
	"drivers/planisys github.com/goccy/go-yaml":                   "parse.go",
	"drivers/internal/rest github.com/cenkalti/backoff/v5":        "client.go",
	"drivers/internal/rest golang.org/x/time/rate":                "limiter.go",
	"drivers/powerdnssql github.com/go-sql-driver/mysql":          "mysql.go",
	"drivers/powerdnssql github.com/jackc/pgx/v5":                 "postgres.go",
	"drivers/powerdnssql modernc.org/sqlite":                      "sqlite.go",
}

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath string
	Dir        string
	Standard   bool
	Imports    []string
	Deps       []string
	GoFiles    []string
}

func goList(t *testing.T, args ...string) (pkgs []goPackage) {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json"}, args...)...).Output()
	require.NoError(t, err)
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			return pkgs
		} else {
			require.NoError(t, err)
		}
		pkgs = append(pkgs, p)
	}
}

func ours(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

func isStandard(path string) bool { return !strings.Contains(strings.SplitN(path, "/", 2)[0], ".") }

func TestArrowsOnlyGoDown(t *testing.T) {
	for _, p := range goList(t, "./...") {
		allowed, known := arrows[ours(p.ImportPath)]
		assert.True(t, known, "%s is not on the floor plan", p.ImportPath)
		for _, imp := range p.Imports {
			if !isStandard(imp) {
				assert.True(t, slices.Contains(allowed, ours(imp)), "%s must not import %s", p.ImportPath, imp)
			}
		}
	}
}

func TestSomeImportsStandInOneFile(t *testing.T) {
	for rule, file := range oneFile {
		pkg, imp, _ := strings.Cut(rule, " ")
		p := goList(t, "./"+pkg)[0]
		for _, f := range p.GoFiles {
			imports, err := exec.Command("go", "list", "-f", "{{join .Imports \"\\n\"}}", p.Dir+"/"+f).Output()
			require.NoError(t, err)
			uses := slices.Contains(strings.Fields(string(imports)), imp)
			assert.Equal(t, f == file, uses, "%s in %s", imp, f)
		}
	}
}

func TestPackageZoneImportsNoNetwork(t *testing.T) {
	for _, imp := range goList(t, "./zone")[0].Imports {
		assert.False(t, imp == "net" || strings.HasPrefix(imp, "net/") && imp != "net/netip", imp)
	}
}

// What production packages must never reach, at any depth, and who may.
var forbidden = []struct {
	what    string
	match   func(path string) bool
	allowed []string
}{
	{"AWS", func(p string) bool { return strings.HasPrefix(p, "github.com/aws/") }, []string{"drivers/route53", "config", "cmd/", "examples/"}},
	{"SQL drivers", func(p string) bool {
		return strings.HasPrefix(p, "modernc.org/") || strings.HasPrefix(p, "github.com/jackc/") || strings.HasPrefix(p, "github.com/go-sql-driver/")
	}, []string{"drivers/powerdnssql", "config", "cmd/", "examples/"}},
	{"the test libraries", func(p string) bool { return p == "testing" || strings.HasPrefix(p, "github.com/stretchr/") }, []string{"provider/providertest", "internal/testbed", "internal/servers", "drivers/internal/pdns/pdnstest"}},
}

func TestProductionStaysFreeOf(t *testing.T) {
	for _, p := range goList(t, "-deps", "./...") {
		if p.ImportPath != module && !strings.HasPrefix(p.ImportPath, module+"/") {
			continue
		}
		for _, f := range forbidden {
			if slices.ContainsFunc(f.allowed, func(a string) bool { return strings.HasPrefix(ours(p.ImportPath), a) }) {
				continue
			}
			assert.False(t, slices.ContainsFunc(p.Deps, f.match), "%s reaches %s", p.ImportPath, f.what)
		}
	}
}
