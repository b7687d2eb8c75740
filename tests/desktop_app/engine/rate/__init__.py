"""Path, controller, shares, rungs and pace, without any network."""
