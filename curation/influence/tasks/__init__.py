"""Tasks of the family ``influence`` that are not attribution methods: the index, training signals, values."""
