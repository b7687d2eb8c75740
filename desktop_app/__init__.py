"""The desktop application: meet strangers by webcam."""

__version__ = "0.1.0"
