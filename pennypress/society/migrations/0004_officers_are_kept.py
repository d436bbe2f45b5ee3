"""Who held an office stays on record: an office ends by its last day, never by removing the row. So does the society."""

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
    dependencies = [("society", "0003_one_holder_of_an_office")]
    operations = [
        guards.kept("society_officer", moving=["to_on"]),
        # The currency does not move: the books are kept in it.
        guards.kept("society_society", moving=PARTICULARS),
    ]
