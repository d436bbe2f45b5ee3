"""Moving in: what a paper brings along from its books before. Read from a file, shown row by row, confirmed, written once."""
