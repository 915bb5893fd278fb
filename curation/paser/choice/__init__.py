"""Which rows of each capability: the most efficient first, past those whose concepts clash."""
