package route53

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/zonecast/zonecast/zone"
)

// A Config says who we are and how to work. The zero value takes the credentials
// where every AWS program finds them: the environment, the shared files, the
// instance.
type Config struct {
	AccessKeyID     string // with SecretAccessKey: these, and no others
	SecretAccessKey string
	SessionToken    string
	Profile         string // of the shared configuration files
	AssumeRole      string // ARN of a role to take on
	ExternalID      string // that the role asks for
	Region          string // "": that of the profile or the environment, else us-east-1
	Endpoint        string // URL of the service; "": that of AWS

	HostedZones   map[zone.Name]string // ids of hosted zones, where a name has several
	DelegationSet string               // id of the reusable delegation set of new zones; decides between several of a name
	NameServers   []zone.Name          // of one's own, for all zones; they lead to those of DelegationSet
	Owner         string               // who we are, one word: the mark of zones that are ours; "": zones get none
	Wait          time.Duration        // how long to wait until all name servers have a change; 0: not at all
	Limits        Limits               // zero: as AWS publishes them
	HTTPClient    *http.Client         // nil: that of the SDK
	Resolver      Resolver             // finds where NameServers lead; nil: that of the system
}

var (
	errHalfAKey = errors.New("an access key and its secret come together, or neither does")
	errTwoKeys  = errors.New("there are an access key and a profile: want one of them")
	errNoSet    = errors.New("name servers of one's own want a reusable delegation set that they lead to")
	errOwner    = errors.New("an owner is one word of letters, digits and _.:/=+-@, of at most 100")
	errEndpoint = errors.New("the endpoint is no URL of a server")
)

// ownerLetters are those that a tag may have.
const ownerLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:/=+-@"

// unfit says what of a configuration makes no sense.
func (c Config) unfit() error {
	switch {
	case (c.AccessKeyID == "") != (c.SecretAccessKey == ""):
		return errHalfAKey
	case c.AccessKeyID != "" && c.Profile != "":
		return errTwoKeys
	case len(c.NameServers) > 0 && bareID(c.DelegationSet) == "":
		return errNoSet
	case len(c.Owner) > 100 || strings.Trim(c.Owner, ownerLetters) != "":
		return errOwner
	}
	if c.Endpoint != "" {
		if u, err := url.Parse(c.Endpoint); err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			return errEndpoint
		}
	}
	for _, n := range c.NameServers {
		if canonical, err := zone.ParseName(string(n)); err != nil || canonical != n {
			return fmt.Errorf("name server %q: want a name in lower case with its final dot", n)
		}
	}
	for name, id := range c.HostedZones {
		if n, err := zone.ParseName(string(name)); err != nil || n != name || bareID(id) == "" {
			return fmt.Errorf("hosted zone %q of %q: want the id of a hosted zone, and a name in lower case with its final dot", id, name)
		}
	}
	return nil
}

// New makes a provider. It makes no call to Route 53; a profile that is not there,
// or half a key, is an error.
func New(ctx context.Context, c Config) (*Provider, error) {
	if err := c.unfit(); err != nil {
		return nil, fmt.Errorf("route53: %w", err)
	}
	a, err := awsconfig.LoadDefaultConfig(ctx, c.load()...)
	if err != nil {
		return nil, fmt.Errorf("route53: %w", err)
	}
	a.Region = cmp.Or(c.Region, a.Region, "us-east-1")
	if c.HTTPClient != nil {
		a.HTTPClient = c.HTTPClient
	}
	if c.AssumeRole != "" {
		a.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(a), c.AssumeRole, func(o *stscreds.AssumeRoleOptions) {
			if o.RoleSessionName = "zonecast"; c.ExternalID != "" {
				o.ExternalID = &c.ExternalID
			}
		}))
	}
	return &Provider{
		config: c,
		api: sdk.NewFromConfig(a, func(o *sdk.Options) {
			o.Retryer = aws.NopRetryer{}
			o.Credentials = chain{a.Credentials}
			if c.Endpoint != "" {
				o.BaseEndpoint = &c.Endpoint
			}
		}),
		pace: paceOf(strings.Join([]string{c.AccessKeyID, c.Profile, c.AssumeRole, c.Endpoint}, "\x00"), c.Limits),
	}, nil
}

// load is what differs from what every AWS program does.
func (c Config) load() (out []func(*awsconfig.LoadOptions) error) {
	if c.Profile != "" {
		out = append(out, awsconfig.WithSharedConfigProfile(c.Profile))
	}
	if c.AccessKeyID != "" { // whatever else is on the machine does not matter
		out = append(out, awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken)),
			awsconfig.WithSharedConfigFiles([]string{}), awsconfig.WithSharedCredentialsFiles([]string{}))
	}
	return out
}

// chain are credentials whose failure can be told from that of a call.
type chain struct{ from aws.CredentialsProvider }

func (c chain) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if c.from == nil {
		return aws.Credentials{}, &credentialsError{errors.New("none are configured")}
	}
	got, err := c.from.Retrieve(ctx)
	if err != nil && ctx.Err() == nil {
		err = &credentialsError{err}
	}
	return got, err
}

// bareID is an id without what the API puts before it.
func bareID(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }
