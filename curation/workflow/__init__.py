"""The verbs of the product: what pages and the command line call. The one place that knows the ideas and the memory."""
