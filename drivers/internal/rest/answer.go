package rest

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/zonecast/zonecast/provider"
)

// ByStatus is the Judge of a service whose answers are told by their status.
func ByStatus(a Answer) *provider.ServiceError {
	if a.Status/100 == 2 {
		return nil
	}
	text := statusWords(a.Status)
	if to := a.Header.Get("Location"); a.Status/100 == 3 && to != "" {
		text += " to " + strconv.Quote(a.said(to)) + ", which is not followed"
	}
	if words := a.Words(); words != "" {
		text += ": " + strconv.Quote(words)
	}
	return &provider.ServiceError{Kind: provider.KindOfStatus(a.Status), Err: errors.New(text)}
}

func statusWords(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

const wordsLimit = 200 // runes that an error repeats of an answer

// markup is what is not text in a page.
var markup = regexp.MustCompile(`(?is)<!--.*?-->|<(script|style|head)\b.*?</(script|style|head)\s*>|<[^>]*>`)

// Words gives the beginning of what an answer says to a reader: of a page its
// text.
func (a Answer) Words() string {
	text := string(a.Body[:min(len(a.Body), 1<<16)])
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		text = html.UnescapeString(markup.ReplaceAllString(text, " "))
	}
	return a.said(text)
}

// said is text of the service for an error. Secrets go before it is cut, or the
// beginning of one stays.
func (a Answer) said(text string) string {
	if a.vault != nil {
		text = a.vault.redact(text)
	}
	return clean(text)
}

// clean puts text into one line of things that can be printed, and cuts it.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > wordsLimit {
		return string(r[:wordsLimit]) + "…"
	}
	return text
}

// complete adds to an error what stands in the headers, and takes all secrets out
// of it.
func (c *Client) complete(e *provider.ServiceError, a Answer) {
	if e.RetryAfter <= 0 {
		e.RetryAfter = retryAfter(a.Header, time.Now())
	}
	e.RequestID = cmp.Or(e.RequestID, a.Header.Get("X-Request-Id"), a.Header.Get("X-Correlation-Id"))
	e.RequestID = clean(c.vault.redact(e.RequestID))
	e.Code = clean(c.vault.redact(e.Code))
	if e.Err == nil {
		return
	}
	if said := e.Err.Error(); c.vault.redact(said) != said {
		e.Err = errors.New(c.vault.redact(said))
	}
}

// retryAfter reads the header of that name, seconds or a date (RFC 9110 section
// 10.2.3); 0 where it says nothing sound.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(text, 64); err == nil {
		if s > 0 && s < 1e8 {
			return time.Duration(s * float64(time.Second))
		}
		return 0
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(t.Sub(now), 0)
	}
	return 0
}
