"""Lessons: slides over recorded runs, with a question before a part of the run is shown, and what each run must show."""
