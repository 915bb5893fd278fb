"""Which training rows help or hurt a target: gradients, the index of them, and the attribution methods."""
