"""Exports: rows into files, with the manifest and the evidence from which they can be made again."""
