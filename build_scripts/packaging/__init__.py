"""Builds what a person installs: bundles, packages, installers, and what is said about them."""
