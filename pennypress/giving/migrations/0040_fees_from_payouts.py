"""The fees of allocations are those of payouts' lines: a line's fee is shared among the allocations of its receipt.

Shared by largest remainder, the earlier allocation first, as `money.split` does: no penny is lost. A payout that came
back to the provider has none; when it does, every checkpoint is dropped, since that moves figures below their marks.
"""

from django.db import migrations

FEES = """
CREATE OR REPLACE VIEW giving_fee AS
SELECT line.id, allocation.id AS allocation_id,
    CASE WHEN receipt.allocation_count = 1 THEN line.fee_minor
    ELSE sign(line.fee_minor)::bigint * (
        abs(line.fee_minor) * allocation.amount_minor / receipt.amount_minor
        + (SELECT (count(*) FILTER (WHERE
                (abs(line.fee_minor) * other.amount_minor) % receipt.amount_minor
                    > (abs(line.fee_minor) * allocation.amount_minor) % receipt.amount_minor
                OR ((abs(line.fee_minor) * other.amount_minor) % receipt.amount_minor
                    = (abs(line.fee_minor) * allocation.amount_minor) % receipt.amount_minor
                    AND other.id < allocation.id))
             < abs(line.fee_minor) - sum(abs(line.fee_minor) * other.amount_minor / receipt.amount_minor))::int
           FROM payments_allocation other WHERE other.receipt_id = receipt.id)
    ) END AS amount_minor
FROM payments_payoutline line
JOIN payments_payout payout ON payout.id = line.payout_id
JOIN payments_receipt receipt ON receipt.id = line.receipt_id
JOIN payments_allocation allocation ON allocation.receipt_id = receipt.id
WHERE line.fee_minor <> 0 AND payout.state <> 'failed';
"""
NO_FEES = """
CREATE OR REPLACE VIEW giving_fee AS
    SELECT NULL::bigint AS id, NULL::bigint AS allocation_id, NULL::bigint AS amount_minor WHERE false;
"""
LOCK = """
CREATE TRIGGER meter_is_written_payments_payoutline BEFORE INSERT ON payments_payoutline
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_payments_payout BEFORE UPDATE OF state ON payments_payout
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER checkpoint_drops_with_payout AFTER UPDATE ON payments_payout FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND 'failed' IN (OLD.state, NEW.state))
    EXECUTE FUNCTION checkpoint_drops_with_merge();
"""
UNDO_LOCK = """
DROP TRIGGER meter_is_written_payments_payoutline ON payments_payoutline;
DROP TRIGGER meter_is_written_payments_payout ON payments_payout;
DROP TRIGGER checkpoint_drops_with_payout ON payments_payout;
"""


class Migration(migrations.Migration):
    dependencies = [("giving", "0037_supporters_are_kept"), ("payments", "0015_payouts_are_kept")]
    operations = [
        migrations.RunSQL(FEES, NO_FEES),
        migrations.RunSQL(LOCK, UNDO_LOCK),
    ]
