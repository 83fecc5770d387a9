package secondary

import "sync/atomic"

// counts is what has been done so far.
type counts struct {
	transfers, differences, failures, records, octets, notifies, strangers atomic.Int64
}

func (c *counts) transfer(t Transfer, err error) {
	switch {
	case err != nil:
		c.failures.Add(1)
		return
	case t.Delta != nil:
		c.differences.Add(1)
	case t.Zone != nil:
		c.transfers.Add(1)
	}
	c.records.Add(int64(t.Records))
	c.octets.Add(t.Octets)
}
