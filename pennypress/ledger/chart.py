"""The chart of accounts that every install begins with: each code by name, so that no other module spells a number.

The rows themselves are opened by the migrations `0003_standard_chart` and `0004_more_of_the_chart`; a treasurer opens
more.
"""

BANK = "1000"
IN_HAND = "1010"
CARD_CLEARING = "1100"
DEBIT_CLEARING = "1110"
STRIPE_CLEARING = "1120"
GOCARDLESS_CLEARING = "1130"
PAYPAL_BALANCE = "1140"
SHARE_APPLICATIONS = "2000"
UNALLOCATED = "2900"
SHARE_CAPITAL = "3000"
RESERVE = "3900"
BROUGHT_FORWARD = "3990"
GIFTS = "4000"
PLEDGES = "4010"
SUBSCRIPTIONS = "4100"
OTHER_INCOME = "4900"
PROVIDER_FEES = "5000"
BANK_CHARGES = "5010"
DISPUTE_LOSSES = "5100"
