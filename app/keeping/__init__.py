"""Keeping: what outlives the window: the session, who is running, what a crash left behind."""
