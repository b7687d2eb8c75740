"""Encoders that run beside the capture, and decoders that refuse what is too large."""
