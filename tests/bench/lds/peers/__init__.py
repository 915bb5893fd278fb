"""Other libraries on the same model, rows and queries: scripts for an environment of their own, and how to call it."""
