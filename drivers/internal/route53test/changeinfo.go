package route53test

import "time"

type changeInfo struct {
	Id          string
	Status      string
	SubmittedAt time.Time
}

// changed notes a change and gives what is known of it.
func (s *Service) changed() *changeInfo {
	id := s.id("C")
	c := changeInfo{"/change/" + id, "", s.now().Truncate(time.Millisecond)}
	if s.changes == nil {
		s.changes = map[string]changeInfo{}
	}
	s.changes[id] = c
	return s.known(c)
}

// known is a change as it stands now.
func (s *Service) known(c changeInfo) *changeInfo {
	c.Status = "INSYNC"
	if s.now().Before(c.SubmittedAt.Add(s.InSync)) {
		c.Status = "PENDING"
	}
	return &c
}

func (s *Service) getChange(q *request) (answer, error) {
	c, found := s.changes[q.id]
	if !found {
		return answer{}, refuse("NoSuchChange", "A change with the specified change ID does not exist: %s", q.id)
	}
	return ok("GetChangeResponse", struct{ ChangeInfo *changeInfo }{s.known(c)})
}
