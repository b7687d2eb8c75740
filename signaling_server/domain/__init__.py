"""Who waits, who meets whom and which calls live: rules without sockets, the clock passed in."""
