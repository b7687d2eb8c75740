"""The wire between a client and the server: messages, codec, limits, errors and versions.

A leaf: it imports the standard library and msgspec only, and ships with the client as well.
docs/protocol.md is its companion for people who write a client of their own.
"""
