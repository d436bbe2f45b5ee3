"""What was compared and what differed stays as it was written; only the end of a comparison is written later."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_reconciliations")]
    operations = [
        guards.kept("payments_reconciliation", moving=["finished_at", "payments", "payouts"]),
        guards.append_only("payments_difference"),
    ]
