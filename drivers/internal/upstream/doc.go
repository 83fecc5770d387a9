// Package upstream holds no code. Its tests pin what the published libdns
// packages for our services do wrong, by what they do to small fakes of those
// services: the reason why zonecast has drivers of its own. A test here fails on
// the day when a defect is mended, so that our code can make room.
package upstream
