"""Money in: payments, receipts and their allocations, mandates, refunds, disputes, and the providers."""
