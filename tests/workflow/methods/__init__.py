"""Attribution methods for tests: no model, values that can be told by reading the rows."""
