"""A person's row stays: the register, the books and the roll point at it."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        guards.kept(
            "people_person",
            moving=["kind", "name", "email", "address", "postcode", "place", "born_on", "merged_into_id"],
        )
    ]
