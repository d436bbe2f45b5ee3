"""A receipt's allocations sum exactly to it by the time it is committed, and none is added later."""

from django.db import migrations

# Count and sum together: an allocation added to an old receipt breaks the count, even with a sum of nothing.
SUMS = """
CREATE FUNCTION allocations_sum_to_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE WHEN TG_TABLE_NAME = 'payments_receipt' THEN NEW.id
                           ELSE (to_jsonb(NEW)->>'receipt_id')::bigint END;
    receipt record;
    parts record;
BEGIN
    SELECT amount_minor, allocation_count INTO receipt FROM payments_receipt WHERE id = checked;
    SELECT count(*) AS number, coalesce(sum(amount_minor), 0) AS total INTO parts
        FROM payments_allocation WHERE receipt_id = checked;
    IF parts.number <> receipt.allocation_count OR parts.total <> receipt.amount_minor THEN
        RAISE EXCEPTION 'receipt % of % has % allocations of %', checked, receipt.amount_minor, parts.number, parts.total
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER allocations_sum_on_receipt AFTER INSERT ON payments_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocations_sum_to_receipt();
CREATE CONSTRAINT TRIGGER allocations_sum_on_allocation AFTER INSERT ON payments_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocations_sum_to_receipt();
"""
UNDO = """
DROP TRIGGER allocations_sum_on_allocation ON payments_allocation;
DROP TRIGGER allocations_sum_on_receipt ON payments_receipt;
DROP FUNCTION allocations_sum_to_receipt();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_receipts_refuse_change")]
    operations = [migrations.RunSQL(SUMS, UNDO)]
