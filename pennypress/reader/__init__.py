"""The readers' journeys: give, support, join, account. Pages, forms and wording; no rules."""
