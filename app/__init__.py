"""The top floor: the window, films and pictures, and the command line."""
