package route53test

import (
	"cmp"
	"fmt"
	"net/http"
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
