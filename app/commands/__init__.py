"""One file for each command: `arguments(parser)` declares its options, `run(options)` does the work."""
