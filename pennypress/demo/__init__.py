"""One believable newspaper, built only through the domain functions."""
