"""Bank statements as files: bytes in, statements and their lines out. Pure: no table, no clock, nothing is booked here."""
