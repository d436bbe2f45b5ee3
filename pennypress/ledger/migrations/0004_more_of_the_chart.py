"""Accounts for real providers, for money brought along from before, and for what the bank keeps."""

from django.db import migrations

MORE = [
    ("1120", "Stripe clearing", "asset"),
    ("1130", "GoCardless clearing", "asset"),
    ("1140", "PayPal balance", "asset"),
    ("3990", "Brought forward from before these books", "equity"),
    ("5010", "Bank charges", "expense"),
]


def open_accounts(apps, schema_editor):
    account = apps.get_model("ledger", "Account")
    for code, name, kind in MORE:
        account.objects.get_or_create(code=code, defaults={"name": name, "kind": kind})


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_standard_chart")]
    # Accounts are never removed: lines may stand in them.
    operations = [migrations.RunPython(open_accounts, migrations.RunPython.noop)]
