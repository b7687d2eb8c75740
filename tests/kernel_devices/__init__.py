"""Looks at the engine on real kernel devices, in a virtual machine that is made for it."""
