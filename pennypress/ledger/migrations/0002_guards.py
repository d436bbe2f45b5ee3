"""The books are append-only: entries, their lines and vouchers, and what was closed. An account keeps its code."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("ledger", "0002_books_refuse_change")]
    dependencies = [("ledger", "0001_initial")]
    operations = [
        guards.append_only("ledger_entry"),
        guards.append_only("ledger_line"),
        guards.append_only("ledger_voucher"),
        guards.append_only("ledger_periodclose"),
        guards.kept("ledger_account", moving=["name"]),
    ]
