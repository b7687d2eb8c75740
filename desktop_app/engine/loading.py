"""Loading big libraries on threads, one after another."""

import threading

LOADING = threading.Lock()
"""Held while a thread imports. PySide6 walks over all loaded modules when it is imported, and ends
the process when another thread adds one meanwhile (seen under load, PySide6 6.11)."""
