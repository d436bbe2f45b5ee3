"""The books: double-entry, append-only. Its only writer is ledger.posting."""
