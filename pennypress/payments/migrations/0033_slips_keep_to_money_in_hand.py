"""A slip takes money in hand while it is open. Paid in, its items stay but for a correction, which takes one's place."""

from django.db import migrations

# The slip's row is locked, so that nothing is put on it or taken off it while it is being paid in.
ITEMS = """
CREATE FUNCTION slip_items_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    slip record;
    receipt record;
BEGIN
    SELECT state, currency INTO slip FROM payments_payinginslip WHERE id = NEW.slip_id FOR UPDATE;
    SELECT method, currency, corrects_id INTO receipt FROM payments_receipt WHERE id = NEW.receipt_id;
    IF TG_OP = 'INSERT' THEN
        IF receipt.method NOT IN ('cheque', 'cash', 'collection') OR receipt.currency <> slip.currency THEN
            RAISE EXCEPTION 'receipt % cannot be paid in at the bank on this slip', NEW.receipt_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'slip_takes_money_in_hand';
        END IF;
        IF slip.state <> 'open' AND NOT EXISTS (SELECT 1 FROM payments_slipitem i
                WHERE i.slip_id = NEW.slip_id AND i.receipt_id = receipt.corrects_id) THEN
            RAISE EXCEPTION 'slip % is paid in', NEW.slip_id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'slip_is_paid_in';
        END IF;
    ELSIF OLD.removed_at IS NOT NULL OR (slip.state <> 'open' AND NOT EXISTS (
            SELECT 1 FROM payments_refund f JOIN payments_allocation a ON a.id = f.allocation_id
            WHERE a.receipt_id = NEW.receipt_id AND f.kind = 'mistake')) THEN
        RAISE EXCEPTION 'slip % keeps receipt %', NEW.slip_id, NEW.receipt_id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'slip_is_paid_in';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER slip_items_keep BEFORE INSERT OR UPDATE ON payments_slipitem
    FOR EACH ROW EXECUTE FUNCTION slip_items_keep();
"""
UNDO = "DROP TRIGGER slip_items_keep ON payments_slipitem; DROP FUNCTION slip_items_keep();"


class Migration(migrations.Migration):
    dependencies = [("payments", "0032_collections_are_counted")]
    operations = [migrations.RunSQL(ITEMS, UNDO)]
