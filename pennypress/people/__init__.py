"""Persons and organisations, their logins and roles. Knows nothing of money or shares."""
