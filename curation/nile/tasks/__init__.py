"""Tasks of the family ``nile``: each step of the method, and what the same generations tell besides."""
