// Package authority completes zones for targets that have neither an SOA nor name
// servers of their own: what the source does not say is made up for, so that a
// server can answer for the zone.
package authority
