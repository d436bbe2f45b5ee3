"""A line of a statement has one standing match; a receipt, a payout and a paying-in slip stand on one line."""

from django.db import migrations

# The line's row is locked first, so that two people who confirm at once are counted one after the other. The
# application's role may not lock rows of an append-only table: the function runs as the owner of the tables.
ONCE = """
CREATE FUNCTION line_matched_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    undone record;
BEGIN
    PERFORM 1 FROM payments_statementline WHERE id = NEW.line_id FOR UPDATE;
    IF NEW.undoes_id IS NOT NULL THEN
        SELECT line_id, undoes_id INTO undone FROM payments_match WHERE id = NEW.undoes_id;
        IF undone.line_id <> NEW.line_id OR undone.undoes_id IS NOT NULL THEN
            RAISE EXCEPTION 'match % is not one of line % that can be undone', NEW.undoes_id, NEW.line_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'match_undoes_its_own_line';
        END IF;
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM payments_match m WHERE m.line_id = NEW.line_id AND m.undoes_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM payments_match u WHERE u.undoes_id = m.id)) THEN
        RAISE EXCEPTION 'line % has a match that stands', NEW.line_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'line_matched_once';
    END IF;
    IF NEW.kind IN ('booked', 'linked') THEN
        PERFORM 1 FROM payments_receipt WHERE id = NEW.receipt_id FOR UPDATE;
        IF EXISTS (SELECT 1 FROM payments_match m WHERE m.receipt_id = NEW.receipt_id AND m.kind IN ('booked', 'linked')
                   AND NOT EXISTS (SELECT 1 FROM payments_match u WHERE u.undoes_id = m.id)) THEN
            RAISE EXCEPTION 'receipt % stands on another line', NEW.receipt_id
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'receipt_matched_once';
        END IF;
    END IF;
    IF NEW.kind = 'payout' THEN
        PERFORM 1 FROM payments_payout WHERE id = NEW.payout_id FOR UPDATE;
        IF EXISTS (SELECT 1 FROM payments_match m WHERE m.payout_id = NEW.payout_id
                   AND NOT EXISTS (SELECT 1 FROM payments_match u WHERE u.undoes_id = m.id)) THEN
            RAISE EXCEPTION 'payout % stands on another line', NEW.payout_id
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'payout_matched_once';
        END IF;
    END IF;
    IF NEW.kind = 'slip' THEN
        PERFORM 1 FROM payments_payinginslip WHERE id = NEW.slip_id FOR UPDATE;
        IF EXISTS (SELECT 1 FROM payments_match m WHERE m.slip_id = NEW.slip_id
                   AND NOT EXISTS (SELECT 1 FROM payments_match u WHERE u.undoes_id = m.id)) THEN
            RAISE EXCEPTION 'slip % stands on another line', NEW.slip_id
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'slip_matched_once';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_matched_once BEFORE INSERT ON payments_match
    FOR EACH ROW EXECUTE FUNCTION line_matched_once();
"""
UNDO = "DROP TRIGGER line_matched_once ON payments_match; DROP FUNCTION line_matched_once();"


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("payments", "0054_payouts_and_slips_once")]
    dependencies = [("payments", "0005_money_in_hand")]
    operations = [migrations.RunSQL(ONCE, UNDO)]
