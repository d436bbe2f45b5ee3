"""An order to give money back is never of more than came, orders in flight counted, nor of what is disputed."""

from django.db import migrations

# The application's role may not lock rows of an append-only table: the functions that do run as the tables' owner.
SQL = """
CREATE FUNCTION receipt_is_disputed(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    -- A reinstatement of a refund that did not arrive is no dispute won.
    SELECT coalesce(sum(f.amount_minor) FILTER (WHERE f.kind = 'dispute'), 0) > 0
       AND coalesce(sum(f.amount_minor) FILTER (WHERE f.kind IN ('dispute', 'bounced')
                OR (f.kind = 'reinstatement' AND f.key NOT LIKE '%-failed')), 0) > 0
    FROM payments_refund f JOIN payments_allocation a ON a.id = f.allocation_id WHERE a.receipt_id = asked
$$;
CREATE FUNCTION refund_order_within() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    ordered record;
    allocated record;
    taken bigint;
    in_flight bigint;
BEGIN
    SELECT receipt_id INTO ordered FROM payments_refundorder WHERE id = NEW.order_id;
    SELECT amount_minor, receipt_id INTO allocated FROM payments_allocation WHERE id = NEW.allocation_id FOR UPDATE;
    IF allocated.receipt_id IS DISTINCT FROM ordered.receipt_id THEN
        RAISE EXCEPTION 'allocation % is not of the receipt of order %', NEW.allocation_id, NEW.order_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_order_of_its_receipt';
    END IF;
    IF receipt_is_disputed(ordered.receipt_id) THEN
        RAISE EXCEPTION 'refund_while_disputed: receipt % is disputed', ordered.receipt_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_while_disputed';
    END IF;
    SELECT coalesce(sum(amount_minor), 0) INTO taken FROM payments_refund WHERE allocation_id = NEW.allocation_id;
    SELECT coalesce(sum(p.amount_minor), 0) INTO in_flight FROM payments_refundorderpart p
        JOIN payments_refundorder o ON o.id = p.order_id
        WHERE p.allocation_id = NEW.allocation_id AND o.state IN ('asked', 'approved', 'sent');
    IF taken + in_flight + NEW.amount_minor > allocated.amount_minor THEN
        RAISE EXCEPTION 'refund_order_within: allocation % of %: % taken back, % in flight, % more cannot be',
            NEW.allocation_id, allocated.amount_minor, taken, in_flight, NEW.amount_minor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_order_within';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_order_within BEFORE INSERT ON payments_refundorderpart
    FOR EACH ROW EXECUTE FUNCTION refund_order_within();
CREATE FUNCTION refund_while_disputed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'sent' AND OLD.state <> 'sent' AND receipt_is_disputed(NEW.receipt_id) THEN
        RAISE EXCEPTION 'refund_while_disputed: receipt % is disputed', NEW.receipt_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_while_disputed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_while_disputed BEFORE UPDATE ON payments_refundorder
    FOR EACH ROW EXECUTE FUNCTION refund_while_disputed();
CREATE FUNCTION refund_needs_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.needs_two AND NEW.amount_minor > coalesce((
            SELECT amount_minor FROM payments_threshold WHERE currency = NEW.currency AND effective_from <= NEW.asked_on
            ORDER BY effective_from DESC, id DESC LIMIT 1), 10000) THEN
        RAISE EXCEPTION 'refund_needs_two: % is above what one person may give back', NEW.amount_minor
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_needs_two';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_needs_two BEFORE INSERT ON payments_refundorder
    FOR EACH ROW EXECUTE FUNCTION refund_needs_two();
CREATE FUNCTION refund_order_parts_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := CASE WHEN TG_TABLE_NAME = 'payments_refundorder' THEN NEW.id
                           ELSE (to_jsonb(NEW)->>'order_id')::bigint END;
    ordered record;
    parts record;
BEGIN
    SELECT amount_minor, part_count INTO ordered FROM payments_refundorder WHERE id = checked;
    SELECT count(*) AS number, coalesce(sum(amount_minor), 0) AS total INTO parts
        FROM payments_refundorderpart WHERE order_id = checked;
    IF parts.number <> ordered.part_count OR parts.total <> ordered.amount_minor THEN
        RAISE EXCEPTION 'order % of % has % parts of %', checked, ordered.amount_minor, parts.number, parts.total
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_order_parts_sum_on_order AFTER INSERT ON payments_refundorder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refund_order_parts_sum();
CREATE CONSTRAINT TRIGGER refund_order_parts_sum_on_part AFTER INSERT ON payments_refundorderpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refund_order_parts_sum();
"""
UNDO = """
DROP TRIGGER refund_order_parts_sum_on_part ON payments_refundorderpart;
DROP TRIGGER refund_order_parts_sum_on_order ON payments_refundorder;
DROP TRIGGER refund_needs_two ON payments_refundorder;
DROP TRIGGER refund_while_disputed ON payments_refundorder;
DROP TRIGGER refund_order_within ON payments_refundorderpart;
DROP FUNCTION refund_order_parts_sum();
DROP FUNCTION refund_needs_two();
DROP FUNCTION refund_while_disputed();
DROP FUNCTION refund_order_within();
DROP FUNCTION receipt_is_disputed(bigint);
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("payments", "0021_refund_orders_within_what_came")]
    dependencies = [("payments", "0003_sums")]
    operations = [migrations.RunSQL(SQL, UNDO)]
