"""Language models and embedders behind small contracts, and the bundled defaults. Importing it loads no torch."""
