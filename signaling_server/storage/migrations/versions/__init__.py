"""One file for each step; append only."""
