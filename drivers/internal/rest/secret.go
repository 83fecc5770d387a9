package rest

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// A Secret reads one part of a credential, from wherever it is kept. An error of it
// must not have the secret in its text.
type Secret func() (string, error)

// Fixed is a secret that never changes.
func Fixed(text string) Secret { return func() (string, error) { return text, nil } }

var errNoSecret = errors.New("the credential is empty")

// A vault keeps a credential as it was read last, and knows all texts that must
// not be said. Its zero value has not read anything.
type vault struct {
	mu     sync.Mutex
	texts  []string // nil: not read yet
	hidden []string // every spelling of every secret, the longer ones first
}

// get gives the credential, which is read when it is first asked for.
func (v *vault) get(from []Secret) ([]string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.texts != nil || len(from) == 0 {
		return v.texts, nil
	}
	return v.texts, v.read(from)
}

// renew reads the credential again, unless somebody has since it was used.
func (v *vault) renew(from []Secret, used []string) (now []string, changed bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if slices.Equal(v.texts, used) && len(from) > 0 {
		err = v.read(from)
	}
	return v.texts, !slices.Equal(v.texts, used), err
}

// read reads all parts, or keeps what there was.
func (v *vault) read(from []Secret) error {
	texts := make([]string, len(from))
	for i, s := range from {
		text, err := s()
		if err != nil {
			return errors.New(v.cover(err.Error()))
		}
		if text == "" {
			return errNoSecret
		}
		texts[i] = text
	}
	v.texts = texts
	v.hide(texts...)
	return nil
}

// hide remembers texts that must not be said, and how they look in JSON, in an
// address and in base64.
func (v *vault) hide(texts ...string) {
	for _, t := range append(slices.Clip(texts), strings.Join(texts, ":")) {
		if t == "" {
			continue
		}
		quoted, _ := json.Marshal(t)
		v.hidden = append(v.hidden, t, string(quoted[1:len(quoted)-1]), url.QueryEscape(t), url.PathEscape(t),
			base64.StdEncoding.EncodeToString([]byte(t)), base64.URLEncoding.EncodeToString([]byte(t)))
	}
	slices.SortFunc(v.hidden, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	v.hidden = slices.Compact(v.hidden)
}

const cover = "[secret]"

// redact takes all secrets out of a text, and the beginning of one at its end,
// where an answer was cut.
func (v *vault) redact(text string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.cover(text)
}

func (v *vault) cover(text string) string {
	const tell = 4 // octets of a secret that say something
	for _, h := range v.hidden {
		text = strings.ReplaceAll(text, h, cover)
	}
	for _, h := range v.hidden {
		for n := len(h) - 1; n >= tell; n-- {
			if strings.HasSuffix(text, h[:n]) {
				return text[:len(text)-n] + cover
			}
		}
	}
	return text
}

// Credential gives the parts of the credential, for a service that wants them in
// a body.
func (c *Client) Credential() ([]string, error) { return c.vault.get(c.Secrets) }

// Renew reads the credential again, where it is still the one that was used, and
// reports whether it is another one now. Do does so by itself after 401 and 403.
func (c *Client) Renew(used []string) (changed bool, err error) {
	_, changed, err = c.vault.renew(c.Secrets, used)
	return changed, err
}

// Hide keeps another text out of all errors, as the token of a session.
func (c *Client) Hide(text string) {
	c.vault.mu.Lock()
	defer c.vault.mu.Unlock()
	c.vault.hide(text)
}
