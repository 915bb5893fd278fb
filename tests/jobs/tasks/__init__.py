"""Tasks for tests: slow, broken, or reporting; found as the family ``tests``."""
