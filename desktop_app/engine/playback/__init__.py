"""What is heard: the buffer in front of the speaker, the speaker, and what was played."""
