// Package dyntest is Dyn Managed DNS in memory: sessions with their change sets, jobs,
// tasks, and what the service refuses.
//
//	s := dyntest.New("example.com")
//	t := &resttest.Transport{Handler: s}
//
// Each rule, and where it is known from, is a row of the table in rules_test.go. What
// no document tells is as strict as anything could be.
package dyntest
