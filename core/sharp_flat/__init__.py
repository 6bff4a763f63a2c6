"""Sharp and flat minima: two valleys with runs that walk in them, one net rescaled, and data on which methods disagree."""
