"""aiortc: ready connections, the live call, and the guards and cures around them."""
