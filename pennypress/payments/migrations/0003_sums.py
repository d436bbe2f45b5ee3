"""Money adds up by the time it is committed: a receipt's allocations, what is taken back of them, a payout's lines."""

from django.db import migrations

# Count and sum together: an allocation added to an old receipt breaks the count, even with a sum of nothing.
ALLOCATIONS = """
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
UNDO_ALLOCATIONS = """
DROP TRIGGER allocations_sum_on_allocation ON payments_allocation;
DROP TRIGGER allocations_sum_on_receipt ON payments_receipt;
DROP FUNCTION allocations_sum_to_receipt();
"""
# The allocation's row is locked first, so that two refunds at once are counted one after the other. The application's
# role may not lock rows of an append-only table: the function runs as the owner of the tables.
TAKEN_BACK = """
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
UNDO_TAKEN_BACK = "DROP TRIGGER refund_within_allocation ON payments_refund; DROP FUNCTION refund_within_allocation();"
# Each line has its place among as many as the payout says, so that a line alone need not count the others: a payout may
# have ten thousand.
PAYOUTS = """
CREATE FUNCTION payout_lines_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines record;
BEGIN
    SELECT count(*) AS number, coalesce(sum(amount_minor - fee_minor), 0) AS total INTO lines
        FROM payments_payoutline WHERE payout_id = NEW.id;
    IF lines.number <> NEW.line_count OR lines.total <> NEW.amount_minor THEN
        RAISE EXCEPTION 'payout % of % has % lines of %', NEW.id, NEW.amount_minor, lines.number, lines.total
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payout_lines_sum AFTER INSERT ON payments_payout
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payout_lines_sum();
CREATE FUNCTION payout_line_within() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number NOT BETWEEN 1 AND (SELECT line_count FROM payments_payout WHERE id = NEW.payout_id) THEN
        RAISE EXCEPTION 'payout % has no line %', NEW.payout_id, NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_line_within BEFORE INSERT ON payments_payoutline
    FOR EACH ROW EXECUTE FUNCTION payout_line_within();
"""
UNDO_PAYOUTS = """
DROP TRIGGER payout_line_within ON payments_payoutline;
DROP FUNCTION payout_line_within();
DROP TRIGGER payout_lines_sum ON payments_payout;
DROP FUNCTION payout_lines_sum();
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("payments", name)
        for name in ("0003_allocations_sum_to_the_receipt", "0004_refund_within_allocation", "0016_payouts_sum")
    ]
    dependencies = [("payments", "0002_guards")]
    operations = [
        migrations.RunSQL(ALLOCATIONS, UNDO_ALLOCATIONS),
        migrations.RunSQL(TAKEN_BACK, UNDO_TAKEN_BACK),
        migrations.RunSQL(PAYOUTS, UNDO_PAYOUTS),
    ]
