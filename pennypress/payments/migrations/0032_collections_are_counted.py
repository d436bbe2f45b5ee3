"""A collection has its count sheet by the time it is committed, and what was counted adds up to it."""

from django.db import migrations

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
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.method = 'collection')
    EXECUTE FUNCTION collection_is_counted();
CREATE CONSTRAINT TRIGGER count_adds_up AFTER INSERT ON payments_cashcount
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_is_counted();
CREATE CONSTRAINT TRIGGER count_adds_up_cash AFTER INSERT ON payments_countedcash
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_is_counted();
CREATE CONSTRAINT TRIGGER count_adds_up_tins AFTER INSERT ON payments_tin
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION collection_is_counted();
"""
UNDO = """
DROP TRIGGER count_adds_up_tins ON payments_tin; DROP TRIGGER count_adds_up_cash ON payments_countedcash;
DROP TRIGGER count_adds_up ON payments_cashcount; DROP TRIGGER collection_is_counted ON payments_receipt;
DROP FUNCTION collection_is_counted();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0031_counts_and_slips_are_kept")]
    operations = [migrations.RunSQL(COUNTED, UNDO)]
