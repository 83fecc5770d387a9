module github.com/zonecast/zonecast/bench

go 1.26.0

require (
	codeberg.org/miekg/dns v0.6.86
	github.com/miekg/dns v1.1.73
)

require (
	github.com/go-json-experiment/json v0.0.0-20260820222146-c27c302e5fc3 // indirect
	golang.org/x/text v0.43.0 // indirect
)

require (
	github.com/zonecast/zonecast v0.0.0
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace github.com/zonecast/zonecast => ../
