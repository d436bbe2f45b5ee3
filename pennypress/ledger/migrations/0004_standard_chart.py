"""Every install begins with the same chart of accounts."""

from django.db import migrations

STANDARD = [
    ("1000", "Bank current account", "asset"),
    ("1010", "Cash and cheques in hand", "asset"),
    ("1100", "Card provider clearing", "asset"),
    ("1110", "Direct Debit clearing", "asset"),
    ("2000", "Share applications held", "liability"),
    ("2900", "Receipts not yet allocated", "liability"),
    ("3000", "Share capital", "equity"),
    ("3900", "General reserve", "equity"),
    ("4000", "Gifts to appeals", "income"),
    ("4010", "Supporters' pledges", "income"),
    ("4100", "Subscriptions", "income"),
    ("4900", "Other income", "income"),
    ("5000", "Payment providers' fees", "expense"),
    ("5100", "Losses on disputed payments", "expense"),
    # Real providers, money brought along from before, and what the bank keeps.
    ("1120", "Stripe clearing", "asset"),
    ("1130", "GoCardless clearing", "asset"),
    ("1140", "PayPal balance", "asset"),
    ("3990", "Brought forward from before these books", "equity"),
    ("5010", "Bank charges", "expense"),
]


def open_accounts(apps, schema_editor):
    account = apps.get_model("ledger", "Account")
    for code, name, kind in STANDARD:
        account.objects.get_or_create(code=code, defaults={"name": name, "kind": kind})


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("ledger", name) for name in ("0003_standard_chart", "0004_more_of_the_chart")]
    dependencies = [("ledger", "0003_balance_and_close")]
    # Accounts are never removed: lines may stand in them.
    operations = [migrations.RunPython(open_accounts, migrations.RunPython.noop)]
