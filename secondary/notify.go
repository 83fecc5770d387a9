package secondary

import "context"

func (r *run) listen(ctx context.Context) ([]func(context.Context), error) { return nil, nil }
