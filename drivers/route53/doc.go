// Package route53 keeps zones at Amazon Route 53.
package route53
