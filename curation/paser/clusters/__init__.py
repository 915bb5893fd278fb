"""Capability clusters of prompts: a diffusion map of the neighbour graph, factorised."""
