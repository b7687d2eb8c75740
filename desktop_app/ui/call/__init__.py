"""The call screen: the stranger, oneself, the controls."""
