package planisys

import (
	"strings"

	"github.com/zonecast/zonecast/zone"
)

// viewOf is what all templates see: the name of the zone without its final dot.
func viewOf(apex zone.Name) view { return view{"Zone": strings.TrimSuffix(string(apex), ".")} }

// recordView is what the templates of a record see. id is nil where the service has
// not given one yet.
func (c *program) recordView(rec zone.Record, id any, apex zone.Name) (view, error) {
	v := viewOf(apex)
	v["Name"], v["Type"], v["TTL"] = c.Records.owner(rec.Name, apex), string(rec.Type), rec.TTL
	v["Parts"] = c.Records.parts(rec, apex)
	v["Data"] = c.Records.data(rec.Type, rec.Data, apex)
	rows, err := c.Records.encode(zone.RRset{Key: zone.Key{Name: rec.Name, Type: rec.Type}, TTL: rec.TTL, Data: []string{rec.Data}}, apex)
	if err != nil {
		return nil, err
	}
	text, err := toJSON(rows[0])
	v["Row"] = rawJSON(text)
	if id != nil {
		v["ID"] = id
	}
	return v, err
}

// changeView is what the template sees that changes a record into another.
func (c *program) changeView(old row, rec zone.Record, apex zone.Name) (view, error) {
	was, err := c.recordView(old.record, old.id, apex)
	if err != nil {
		return nil, err
	}
	v, err := c.recordView(rec, old.id, apex)
	if err == nil {
		v["Old"] = was
	}
	return v, err
}

// setView is what the templates of a set see; of a set that is not there nothing.
func (c *program) setView(s zone.RRset, apex zone.Name) (view, error) {
	if s.Name == "" {
		return nil, nil
	}
	v := viewOf(apex)
	v["Name"], v["Type"], v["TTL"] = c.Records.owner(s.Name, apex), string(s.Type), s.TTL
	var data []string
	for _, d := range s.Data {
		data = append(data, c.Records.data(s.Type, d, apex))
	}
	v["Data"] = data
	rows, err := c.Records.encode(s, apex)
	if err != nil {
		return nil, err
	}
	text, err := toJSON(rows)
	v["Rows"] = rawJSON(text)
	if c.Records.Values != nil && err == nil {
		text, err = toJSON(rows[0])
		v["Row"] = rawJSON(text)
	}
	return v, err
}

// putView is setView with the set that was there; nil: none.
func (c *program) putView(ch zone.Change, apex zone.Name) (view, error) {
	old, err := c.setView(ch.Old, apex)
	if err != nil {
		return nil, err
	}
	v, err := c.setView(ch.New, apex)
	if err == nil {
		v["Old"] = old
	}
	return v, err
}

// zoneView is what the templates of a whole zone see.
func zoneView(apex zone.Name, rows []any, version any) (view, error) {
	v := viewOf(apex)
	if version != nil {
		v["Version"] = version
	}
	if rows == nil {
		rows = []any{}
	}
	text, err := toJSON(rows)
	v["Rows"] = rawJSON(text)
	return v, err
}

// pageView is what the templates of reading see.
func (p *Pages) pageView(apex zone.Name, page, offset int, next any) view {
	v := viewOf(apex)
	if p != nil {
		v["Page"], v["Offset"], v["Size"], v["Next"] = p.First+page, offset, p.Size, next
	}
	return v
}
