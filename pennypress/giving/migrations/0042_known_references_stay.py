"""A reference that a supporter brought along is theirs for ever."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("giving", "0041_known_references")]
    operations = [guards.append_only("giving_knownreference")]
