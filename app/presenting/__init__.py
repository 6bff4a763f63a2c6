"""Presenting: the stage for an audience, on a projector or on the only screen there is, and what the lecturer has in hand."""
