"""A rule of the society is never rewritten: a new rule is a new row."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("society", "0001_initial")]
    operations = [guards.kept("society_rule", moving=["registered_on"])]
