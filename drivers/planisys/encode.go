package planisys

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// encode is the inverse of decode: a set as rows of the service, without ids.
func (r Records) encode(s zone.RRset, apex zone.Name) (rows []any, err error) {
	var values []any
	for _, rec := range s.Records() {
		head := any(nil)
		if r.Values == nil {
			if head, err = r.head(s, apex); err != nil {
				return nil, err
			}
		}
		v, err := r.putParts(head, rec, apex)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	if r.Values == nil {
		return values, nil
	}
	head, err := r.head(s, apex)
	if err != nil {
		return nil, err
	}
	whole, err := r.Values.put(head, values)
	return []any{whole}, err
}

// head has what all records of a set share.
func (r Records) head(s zone.RRset, apex zone.Name) (doc any, err error) {
	doc, err = r.Name.put(nil, r.owner(s.Name, apex))
	if err == nil {
		doc, err = r.Type.put(doc, string(s.Type))
	}
	if err == nil && r.TTL != nil {
		doc, err = r.TTL.put(doc, s.TTL)
	}
	return doc, err
}

// putParts is the inverse of readParts.
func (r Records) putParts(doc any, rec zone.Record, apex zone.Name) (any, error) {
	at := r.partsOf(rec.Type)
	for i, part := range r.parts(rec, apex) {
		v := any(part)
		if _, err := strconv.ParseUint(part, 10, 32); err == nil && i < len(at)-1 {
			v = json.Number(part)
		}
		var err error
		if doc, err = at[i].put(doc, v); err != nil {
			return nil, err
		}
	}
	return doc, nil
}

// parts are the fields of data as the service has them apart.
func (r Records) parts(rec zone.Record, apex zone.Name) []string {
	n := len(r.partsOf(rec.Type))
	return strings.SplitN(r.data(rec.Type, rec.Data, apex), " ", n)
}
