package route53test

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/url"
)

const namespace = "https://route53.amazonaws.com/doc/2013-04-01/"

// answer is what a call ends in: a document of this name.
type answer struct {
	status   int
	root     string
	body     any
	location string
}

func ok(root string, body any) (answer, error) { return answer{http.StatusOK, root, body, ""}, nil }

// request is a call as the operations see it.
type request struct {
	action string
	id     string // what stands in the path after the kind of thing
	second string // what stands after that
	query  url.Values
	body   []byte

	changes int // of a batch, once it has been read
}

// decode reads the document of a request. One of another name, or that is none,
// is MalformedInput.
func (q *request) decode(root string, into any) error {
	d := xml.NewDecoder(bytes.NewReader(q.body))
	for {
		t, err := d.Token()
		if err != nil {
			return refuse("MalformedInput", "Unexpected end of input")
		}
		start, isStart := t.(xml.StartElement)
		if !isStart {
			continue
		}
		if start.Name.Local != root {
			return refuse("MalformedInput", "%s is not valid, expected %s", start.Name.Local, root)
		}
		if err := d.DecodeElement(into, &start); err != nil {
			return refuse("MalformedInput", "Unable to parse the request")
		}
		return nil
	}
}

func (a answer) encode() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?>` + "\n")
	start := xml.StartElement{Name: xml.Name{Space: namespace, Local: a.root}}
	if err := xml.NewEncoder(&b).EncodeElement(a.body, start); err != nil {
		panic(err) // a document of our own that has no XML is a fault of this package
	}
	return b.Bytes()
}
