"""The drawing vocabulary: panes, and the marks that stand in them."""
