"""What the worker computes for CritiQ: mining criteria, the quality score, verdicts on pairs."""
