// Package powerdnssql keeps zones in the database that a PowerDNS Authoritative
// Server serves from: the tables of its generic SQL backends on MariaDB and MySQL,
// PostgreSQL, and SQLite.
//
//	db, err := powerdnssql.Open("mysql", "pdns:secret@tcp(127.0.0.1)/pdns")
//	s := provider.Syncer{Provider: db, Rules: zone.Mirror()}
//
// Whoever writes the tables is the authority, so SOA and apex NS come from the
// source; NameServers are for zones that bring none. The serial rises (RFC 1982)
// with every plan. A new zone is of the type MASTER, so that PowerDNS, where it is
// a primary, tells the secondaries of each new serial; its notified_serial is left
// to it.
//
// # One transaction
//
// A plan is one transaction at READ COMMITTED: all of it or nothing, and tried
// again after a deadlock. It locks the rows that it is about, and where one of them
// is no longer what the plan was made from, nothing is done and the error is a
// *provider.ConflictError. Only rows that differ are written, many in a statement.
//
// # What PowerDNS needs beside the records
//
// The rows of empty non-terminals, the column auth, and, where the zone is signed,
// the column ordername follow the records, as pdnsutil rectify-zone would have it.
// Data is written as PowerDNS itself writes it, types that it has no name for as
// TYPEnnn. All is judged first: one row that PowerDNS cannot read would end every
// transfer of the zone.
//
// # What stays
//
// A set with a row that somebody has disabled is protected, as are those that an
// ALIAS or a LUA record stands in for, and rows that cannot be read. Comments stay.
// Secondary, catalog and presigned zones are nobody's to write: reading one is an
// error that says so.
//
// # Being served at once
//
// PowerDNS keeps answers for 20 seconds and the list of its zones for five minutes.
// Where API or Control is set the server is told of every change after it is
// committed; a row of metadata remembers that it has to be, so that what one
// process left undone the next one does.
//
// # What the driver has to be allowed
//
// SELECT, INSERT, UPDATE and DELETE on the tables domains, records, domainmetadata,
// comments and cryptokeys, which is where zones that are deleted leave something; in
// PostgreSQL USAGE of their sequences, too.
//
// The tables are described at
// https://doc.powerdns.com/authoritative/backends/generic-sql.html.
package powerdnssql
