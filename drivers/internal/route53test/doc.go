// Package route53test is a fake of Amazon Route 53 that refuses what the real
// service refuses. It speaks the REST protocol of API version 2013-04-01, as a
// value:
//
//	fake := &route53test.Service{}
//	client := route53.New(route53.Options{
//		Region: "us-east-1", HTTPClient: fake.Client(),
//		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
//	})
//
// A Service is a whole account: hosted zones, record sets, delegation sets, tags.
// Its zero value is ready, never throttles and is never busy. It is an
// http.Handler for those who want a socket, and an http.RoundTripper for those
// who want none, so that it works in the virtual time of testing/synctest.
//
// What the service does is taken from its documentation and from recordings of
// it; rules_test.go holds each rule beside its source. Where a rule could not be
// found the fake takes the stricter reading and the comment says so.
package route53test
