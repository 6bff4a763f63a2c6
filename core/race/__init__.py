"""Races: several optimizers on one surface or on a person's own f(x, y), from one start or from thousands."""
