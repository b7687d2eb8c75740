"""The use cases of a conversation with strangers; knows neither Qt nor aiortc."""
