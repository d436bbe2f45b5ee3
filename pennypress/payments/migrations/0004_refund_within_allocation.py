"""What stands taken back of an allocation is never below zero and never above the allocation."""

from django.db import migrations

# The allocation's row is locked first, so that two refunds at once are counted one after the other. The application's
# role may not lock rows of an append-only table: the function runs as the owner of the tables.
CAP = """
CREATE FUNCTION refund_within_allocation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    allocated bigint;
    taken bigint;
BEGIN
    SELECT amount_minor INTO allocated FROM payments_allocation WHERE id = NEW.allocation_id FOR UPDATE;
    SELECT coalesce(sum(amount_minor), 0) INTO taken FROM payments_refund WHERE allocation_id = NEW.allocation_id;
    IF taken + NEW.amount_minor NOT BETWEEN 0 AND allocated THEN
        RAISE EXCEPTION 'allocation % of %: % stands taken back, % more cannot be', NEW.allocation_id, allocated, taken,
            NEW.amount_minor USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_within_allocation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_within_allocation BEFORE INSERT ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION refund_within_allocation();
"""
UNDO = "DROP TRIGGER refund_within_allocation ON payments_refund; DROP FUNCTION refund_within_allocation();"


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_allocations_sum_to_the_receipt")]
    operations = [migrations.RunSQL(CAP, UNDO)]
