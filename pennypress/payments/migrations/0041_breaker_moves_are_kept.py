"""The moves of the breaker stay as they were written."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("payments", "0040_attempts_are_counted")]
    operations = [guards.append_only("payments_breakermove")]
