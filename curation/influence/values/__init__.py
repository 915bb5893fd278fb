"""What rows are worth to a classifier: Shapley values, exact for nearest neighbours, sampled for any metric."""
