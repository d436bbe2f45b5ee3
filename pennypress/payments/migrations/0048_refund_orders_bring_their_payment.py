"""Orders that were written before say through which payment their money came."""

from django.db import migrations

# What a row said stays; what it did not say yet is written this once, with the guard put aside for the statement.
BRING = """
ALTER TABLE payments_refundorder DISABLE TRIGGER payments_refundorder_kept_columns;
UPDATE payments_refundorder o SET payment_id = r.payment_id FROM payments_receipt r WHERE r.id = o.receipt_id;
ALTER TABLE payments_refundorder ENABLE TRIGGER payments_refundorder_kept_columns;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0047_refund_orders_name_their_payment")]
    # Backwards the column goes altogether.
    operations = [migrations.RunSQL(BRING, migrations.RunSQL.noop)]
