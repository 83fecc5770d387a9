package route53test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// refusal is an answer that is not the one that was hoped for.
type refusal struct {
	code     string
	messages []string
}

func (e *refusal) Error() string { return e.code + ": " + e.text() }

// text is the message of the answer: that of a batch is a list in brackets.
func (e *refusal) text() string {
	if e.code == "InvalidChangeBatch" {
		return "[" + strings.Join(e.messages, ", ") + "]"
	}
	return strings.Join(e.messages, ", ")
}

func refuse(code, format string, args ...any) error {
	return &refusal{code, []string{fmt.Sprintf(format, args...)}}
}

// constraint is how the service words a member out of bounds.
func constraint(member, value, want string) error {
	return refuse("InvalidInput", "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s", value, member, want)
}

// first gives the first error of some.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// lengths holds the length of a member against its bounds.
func lengths(member, value string, least, most int) error {
	switch {
	case len(value) < least:
		return constraint(member, value, fmt.Sprintf("Member must have length greater than or equal to %d", least))
	case len(value) > most:
		return constraint(member, value, fmt.Sprintf("Member must have length less than or equal to %d", most))
	}
	return nil
}

// bounds holds a number against its bounds, where it is there.
func bounds(member string, n *int64, most int64) error {
	switch {
	case n != nil && *n < 0:
		return constraint(member, fmt.Sprint(*n), "Member must have value greater than or equal to 0")
	case n != nil && *n > most:
		return constraint(member, fmt.Sprint(*n), fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
	return nil
}

// oneOf holds a word against those there are.
func oneOf(member, value string, words []string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return constraint(member, value, "Member must satisfy enum value set: ["+strings.Join(words, ", ")+"]")
}

// statuses of the codes that do not go with 400.
var statuses = map[string]int{
	"HostedZoneAlreadyExists":    http.StatusConflict,
	"NoSuchHostedZone":           http.StatusNotFound,
	"NoSuchChange":               http.StatusNotFound,
	"NoSuchHealthCheck":          http.StatusNotFound,
	"UnknownOperation":           http.StatusNotFound,
	"MissingAuthenticationToken": http.StatusForbidden,
	"AccessDenied":               http.StatusForbidden,
	"ExpiredToken":               http.StatusForbidden,
	"InvalidClientTokenId":       http.StatusForbidden,
	"SignatureDoesNotMatch":      http.StatusForbidden,
	"InternalFailure":            http.StatusInternalServerError,
	"ServiceUnavailable":         http.StatusServiceUnavailable,
}

func status(code string) int { return cmp.Or(statuses[code], http.StatusBadRequest) }

type errorResponse struct {
	Type      string `xml:"Error>Type"`
	Code      string `xml:"Error>Code"`
	Message   string `xml:"Error>Message"`
	RequestId string
}

type invalidChangeBatch struct {
	Messages  []string `xml:"Messages>Message"`
	RequestId string
}

// refused makes an answer of a refusal.
func (s *Service) refused(e *refusal, requestID string) answer {
	if e.code == "InvalidChangeBatch" && s.OldErrors {
		return answer{http.StatusBadRequest, "InvalidChangeBatch", invalidChangeBatch{e.messages, requestID}, ""}
	}
	who := "Sender"
	if status(e.code) >= 500 {
		who = "Receiver"
	}
	return answer{status(e.code), "ErrorResponse", errorResponse{who, e.code, e.text(), requestID}, ""}
}
