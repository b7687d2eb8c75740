"""What an operator sees of the server: figures and logs, never what people say or who they are."""
