"""How much may be sent, and what becomes of it: path, controller, shares, rungs, pace.

All of it is told the time and knows no network.
"""
