"""Share offers, applications, the register of members, certificates."""
