"""What stands between Django and the reader: fragments, cache rules. Knows nothing of news or money."""
