"""The export dialog: chooses what `ravine export` and `ravine record` then do in a process of their own."""
