"""Sharing: a view as a file, as a link, out of an exported film; saved, opened, copied, pasted and dropped."""
