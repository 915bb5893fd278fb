"""Attribution methods, one file each: a subclass of ``curation.influence.attribution.Attribution``."""
