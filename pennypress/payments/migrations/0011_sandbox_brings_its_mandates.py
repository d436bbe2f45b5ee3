"""What the sandbox knew already comes along: the mandates that payments saved, and what stands in its balance."""

from django.db import migrations

OUT = ("refund", "dispute", "bounced")


def bring(apps, schema_editor):
    payments = apps.get_model("payments", "SandboxPayment").objects.filter(state="succeeded")
    for payment in payments.iterator():
        if payment.saves_mandate and payment.mandate_ref:
            _bring_mandate(apps, payment)
        _move(apps, payment, "payment", payment.amount_minor, f"{payment.ref}-paid")
        for item in payment.taken_back:
            _move(apps, payment, item["kind"], item["amount_minor"], item["key"])


def _bring_mandate(apps, payment):
    apps.get_model("payments", "SandboxMandate").objects.create(
        ref=payment.mandate_ref,
        key=f"payment-{payment.ref}",
        reference=payment.reference,
        method=payment.method,
        state="cancelled" if payment.mandate_ended_at else "active",
        card=payment.card,
        created_at=payment.created_at,
    )


def _move(apps, payment, kind, minor, key):
    apps.get_model("payments", "SandboxMovement").objects.create(
        key=key,
        payment=payment,
        kind=kind,
        amount_minor=-minor if kind in OUT else minor,
        currency=payment.currency,
        available_at=payment.created_at,
    )


class Migration(migrations.Migration):
    dependencies = [("payments", "0010_sandbox_is_complete")]
    # Backwards the new tables go altogether, and the payments still hold what came from them.
    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
