// Package godaddytest is GoDaddy in memory: both versions of its API over one
// store, with what they refuse and the traps they have.
//
//	s := godaddytest.New("example.com")
//	t := &resttest.Transport{Handler: s}
//
// Each rule, and where it is known from, is a row of the table in rules_test.go.
package godaddytest
