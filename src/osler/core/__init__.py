"""The plumbing that every domain stands on: database, HTTP edge, jobs, events, audit, keys, clock and logs."""
