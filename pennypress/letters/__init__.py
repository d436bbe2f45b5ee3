"""The outbox: everything the paper sends by e-mail, as rows with a state."""
