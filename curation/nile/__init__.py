"""NILE (arXiv 2412.16686): what a model knows of a question, answers rewritten by it, and how well the two agree."""
