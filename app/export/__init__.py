"""The film studio: one engine for the window, the command line and recipes. `make.make(job)` does the work."""
