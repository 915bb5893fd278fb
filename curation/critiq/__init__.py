"""CritiQ (arXiv 2502.19279): criteria of quality mined from a few human pairs, and a score trained by them."""
