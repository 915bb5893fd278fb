"""What PASER computes as jobs, one file a task."""
