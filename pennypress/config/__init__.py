"""Settings, addresses, server entry, command line."""
