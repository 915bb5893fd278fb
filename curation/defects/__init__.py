"""Rules that find plain defects in a row, each with its reason. One file per family of rules."""
