"""The engine process: devices, codecs and connections; it knows nothing of people or windows."""
