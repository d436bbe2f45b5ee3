"""The bank at the treasurer's desk: accounts, statements, matching, reconciliation. No rules."""
