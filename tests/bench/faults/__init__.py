"""SIGKILL at random moments of everything that writes: see ``__main__``."""
