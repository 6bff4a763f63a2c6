"""Expressions: a person's own f(x, y), read as mathematics and as nothing else, with its exact gradient."""
