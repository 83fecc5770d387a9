package config

import (
	"encoding/json"
	"reflect"
)

type object = map[string]any

// Schema gives the JSON Schema of the file.
func Schema() ([]byte, error) {
	s := schemaOf(reflect.TypeFor[Config]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Configuration of zonecast"
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), err
}

// A schemer is a type whose form in the file does not follow from Go.
type schemer interface{ schema() object }

func schemaOf(t reflect.Type) object {
	if t.Kind() == reflect.Pointer {
		return schemaOf(t.Elem())
	}
	switch v := reflect.New(t).Elem().Interface().(type) {
	case schemer:
		return v.schema()
	case interface{ words() []string }:
		return object{"enum": v.words()}
	}
	switch t.Kind() {
	case reflect.Struct:
		return schemaOfStruct(t)
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Bool:
		return object{"type": "boolean"}
	}
	return object{"type": "string"}
}

func schemaOfStruct(t reflect.Type) object {
	properties, required := object{}, []string{}
	for f := range t.Fields() {
		key := f.Tag.Get("yaml")
		if key == "" {
			continue
		}
		s := schemaOf(f.Type)
		s["description"] = f.Tag.Get("doc")
		properties[key] = s
		if f.Tag.Get("need") != "" {
			required = append(required, key)
		}
	}
	s := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// targetForm is Target without its schema.
type targetForm Target

// schema lets the driver decide what the options may be.
func (Target) schema() object {
	s := schemaOf(reflect.TypeFor[targetForm]())
	s["properties"].(object)["driver"].(object)["enum"] = Drivers()
	var rules []object
	for _, name := range Drivers() {
		form := schemaOf(reflect.TypeOf(drivers[name].options()))
		rules = append(rules, object{
			"if":   object{"properties": object{"driver": object{"const": name}}},
			"then": object{"properties": object{"options": form}},
		})
	}
	s["allOf"] = rules
	return s
}

func (Options) schema() object { return object{"type": "object"} }

func (Duration) schema() object {
	return object{"type": []string{"string", "integer"}, "pattern": `^(0|([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+)$`, "maximum": 0, "minimum": 0}
}

func (FileMode) schema() object {
	return object{"type": []string{"string", "integer"}}
}

func (Share) schema() object {
	return object{"type": "number", "exclusiveMinimum": 0, "maximum": 1}
}

func (Count) schema() object { return object{"type": "integer", "minimum": 1} }

func (ApexNS) schema() object {
	names := object{"type": "array", "minItems": 1, "items": object{"type": "string"}}
	return object{"oneOf": []object{{"enum": []string{"provider", "source"}}, names}}
}

func (Zones) schema() object {
	patterns := object{"type": "array", "items": object{"type": "string"}}
	file := object{"type": "object", "required": []string{"file"}, "additionalProperties": false,
		"properties": object{"file": object{"type": "string", "description": "a file with one pattern a line"}}}
	return object{"oneOf": []object{patterns, file}}
}

func (Ledger) schema() object {
	return object{"oneOf": []object{{"type": "string", "pattern": "^(sqlite:.+|none)$"}, schemaOf(reflect.TypeFor[ledgerTable]())}}
}
