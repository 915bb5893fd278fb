"""Long computations as folders: what a worker reads and writes, and how several of them share one job."""
