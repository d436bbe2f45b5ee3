"""The chart of accounts that every install begins with: each code by name, so that no other module spells a number.

The rows themselves are opened by the migration `0003_standard_chart`.
"""

BANK = "1000"
IN_HAND = "1010"
CARD_CLEARING = "1100"
DEBIT_CLEARING = "1110"
SHARE_APPLICATIONS = "2000"
UNALLOCATED = "2900"
SHARE_CAPITAL = "3000"
RESERVE = "3900"
GIFTS = "4000"
PLEDGES = "4010"
SUBSCRIPTIONS = "4100"
OTHER_INCOME = "4900"
PROVIDER_FEES = "5000"
DISPUTE_LOSSES = "5100"
