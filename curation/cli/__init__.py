"""The command line: verbs as data, one file for each group, run here or by the app that holds the workspace."""
