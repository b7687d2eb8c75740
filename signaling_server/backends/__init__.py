"""Where peers wait: in this process, or in a Redis that several servers share."""
