"""What goes out: cameras and the microphone, and what stands in for them."""
