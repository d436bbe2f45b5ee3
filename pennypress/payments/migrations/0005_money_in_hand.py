"""Notes, coins and cheques: a collection has its count sheet, which adds up to it, and a slip takes money in hand."""

from django.db import migrations

# A collection from the books before these has no count sheet here: it was counted then.
COUNTED = """
CREATE FUNCTION collection_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    receipt record;
    counted bigint;
    tins record;
BEGIN
    IF TG_TABLE_NAME = 'payments_receipt' THEN
        IF NEW.method = 'collection' AND NOT EXISTS (SELECT 1 FROM payments_cashcount WHERE receipt_id = NEW.id) THEN
            RAISE EXCEPTION 'receipt % is a collection without a count sheet', NEW.id
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'collection_is_counted';
        END IF;
        RETURN NULL;
    END IF;
    checked := CASE WHEN TG_TABLE_NAME = 'payments_cashcount' THEN NEW.id
                    ELSE (to_jsonb(NEW)->>'count_id')::bigint END;
    SELECT r.amount_minor, r.method INTO receipt FROM payments_receipt r
        JOIN payments_cashcount c ON c.receipt_id = r.id WHERE c.id = checked;
    SELECT coalesce(sum(face_minor::bigint * pieces), 0) INTO counted
        FROM payments_countedcash WHERE count_id = checked;
    SELECT count(*) AS number, coalesce(sum(amount_minor), 0) AS total INTO tins FROM payments_tin
        WHERE count_id = checked;
    IF receipt.method NOT IN ('collection', 'cash') OR counted <> receipt.amount_minor
       OR (tins.number > 0 AND tins.total <> receipt.amount_minor) THEN
        RAISE EXCEPTION 'count sheet %: notes and coins %, tins %, receipt % by %', checked, counted, tins.total,
            receipt.amount_minor, receipt.method
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'count_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER collection_is_counted AFTER INSERT ON payments_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.method = 'collection' AND NOT NEW.is_brought_forward)
    EXECUTE FUNCTION collection_is_counted();
CREATE CONSTRAINT TRIGGER count_adds_up AFTER INSERT ON payments_cashcount
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_is_counted();
CREATE CONSTRAINT TRIGGER count_adds_up_cash AFTER INSERT ON payments_countedcash
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_is_counted();
CREATE CONSTRAINT TRIGGER count_adds_up_tins AFTER INSERT ON payments_tin
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_is_counted();
"""
UNDO_COUNTED = """
DROP TRIGGER count_adds_up_tins ON payments_tin; DROP TRIGGER count_adds_up_cash ON payments_countedcash;
DROP TRIGGER count_adds_up ON payments_cashcount; DROP TRIGGER collection_is_counted ON payments_receipt;
DROP FUNCTION collection_is_counted();
"""
# A slip takes money in hand while it is open. Paid in, its items stay but for a correction, which takes one's place.
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
UNDO_ITEMS = "DROP TRIGGER slip_items_keep ON payments_slipitem; DROP FUNCTION slip_items_keep();"


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("payments", name)
        for name in (
            "0032_collections_are_counted",
            "0033_slips_keep_to_money_in_hand",
            "0046_past_collections_are_not_counted",
        )
    ]
    dependencies = [("payments", "0004_refund_orders")]
    operations = [migrations.RunSQL(COUNTED, UNDO_COUNTED), migrations.RunSQL(ITEMS, UNDO_ITEMS)]
