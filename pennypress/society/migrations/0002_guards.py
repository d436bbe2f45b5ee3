"""What the society is and was stays on record: its particulars, its rules, and who held an office."""

from django.db import migrations

from pennypress import guards

PARTICULARS = [
    "registered_name",
    "registration_number",
    "registrar",
    "registered_office",
    "legal_form",
    "year_end_month",
    "year_end_day",
]


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("society", name) for name in ("0002_rules_are_kept", "0004_officers_are_kept")]
    dependencies = [("society", "0001_initial")]
    operations = [
        # The currency does not move: the books are kept in it.
        guards.kept("society_society", moving=PARTICULARS),
        # A rule is never rewritten: a new rule is a new row.
        guards.kept("society_rule", moving=["registered_on"]),
        # An office ends by its last day, never by removing the row.
        guards.kept("society_officer", moving=["to_on"]),
    ]
