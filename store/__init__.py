"""The memory: DuckDB and the files beside it. The only package with SQL; it knows nothing of curation or the pages."""
