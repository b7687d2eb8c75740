"""The interface's face of the engine process: start, commands, events, pictures."""
