"""A lesson over the little scene of `fake_scene`, for tests that change a line of it."""

GOOD = """title = "Where the box is"
cards = [7]
about = "It slides."

[[slide]]
scene = "sliding-box"
set = { speed = 2.0, steps = 6 }
play = [0, "last"]
caption = "At {place[left, last]} m in the end."
notes = "Nothing."
expect = ["place[left, last] == 12"]

[[slide]]
scene = "sliding-box"
seed = 3
frame = 2

[slide.question]
ask = "How far after {last} steps?"
choices = ["{last}", "{last + seed}", "nowhere"]
answer = "{last + seed}"
cover = ["main"]
reveal = [2, "last"]
after = "{place[left, last]} m."
expect = ["place[left, last] == last + seed"]
"""
