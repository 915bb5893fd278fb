"""Who acts, what they may do on which data set, and how they prove who they are."""
