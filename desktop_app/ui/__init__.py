"""Widgets only: a folder per screen, the words, the theme."""
