package zone

import (
	"cmp"
	"slices"
	"strings"
)

// build makes a zone of records in canonical spelling.
func build(name Name, records []Record) *Zone {
	if !slices.IsSortedFunc(records, compareRecords) {
		sortRecords(name, records)
	}
	data := make([]string, 0, len(records))
	sets := make([]RRset, 0, countSets(records))
	for i := 0; i < len(records); {
		set := RRset{Key: Key{records[i].Name, records[i].Type}, TTL: records[i].TTL}
		from := len(data)
		for ; i < len(records) && set.Key == (Key{records[i].Name, records[i].Type}); i++ {
			set.TTL = min(set.TTL, records[i].TTL)
			if len(data) == from || data[len(data)-1] != records[i].Data {
				data = append(data, records[i].Data)
			}
		}
		set.Data = data[from:len(data):len(data)] // the sets share one array, none can grow into the next
		sets = append(sets, set)
	}
	return &Zone{name: name, sets: sets}
}

func countSets(sorted []Record) (n int) {
	for i := range sorted {
		if i == 0 || sorted[i].Type != sorted[i-1].Type || sorted[i].Name != sorted[i-1].Name {
			n++
		}
	}
	return n
}

// compareRecords is canonical order, and the order of data within a set.
func compareRecords(a, b Record) int {
	if a.Name != b.Name {
		return Compare(a.Name, b.Name)
	}
	if c := compareTypes(a.Type, b.Type); c != 0 {
		return c
	}
	return strings.Compare(a.Data, b.Data)
}

// sortRecords sorts by a number that holds the start of the label below the
// apex: it decides nearly every comparison without a look at the name.
func sortRecords(apex Name, records []Record) {
	type entry struct {
		start uint64
		at    int
	}
	order := make([]entry, len(records))
	for i := range records {
		if i > 0 && records[i].Name == records[i-1].Name {
			order[i] = entry{order[i-1].start, i}
			continue
		}
		order[i] = entry{labelStart(records[i].Name, apex), i}
	}
	slices.SortFunc(order, func(a, b entry) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return compareRecords(records[a.at], records[b.at])
	})
	sorted := make([]Record, len(records))
	for i, e := range order {
		sorted[i] = records[e.at]
	}
	copy(records, sorted)
}

// labelStart gives the first eight octets of the label of n right below the
// apex as a number that sorts as the label does; 0 for the apex.
func labelStart(n, apex Name) (start uint64) {
	end := len(n) - len(apex) - 1
	if apex == Root {
		end = len(n) - 1
	}
	if end <= 0 {
		return 0
	}
	label := string(n[:end])
	if dot := strings.LastIndexByte(label, '.'); dot >= 0 && !strings.Contains(label, `\`) {
		label = label[dot+1:]
	} else if l := octets(n[:end] + "."); len(l) > 0 && strings.Contains(label, `\`) {
		label = string(l[len(l)-1])
	}
	for i := range 8 {
		start <<= 8
		if i < len(label) {
			start |= uint64(label[i])
		}
	}
	return start
}
