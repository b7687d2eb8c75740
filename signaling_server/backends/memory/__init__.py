"""The waiting line of one server alone."""
