"""A payout's lines, less their fees, sum exactly to it by the time it is committed, and none is added later."""

from django.db import migrations

# Each line has its place among as many as the payout says, so that a line alone need not count the others: a payout may
# have ten thousand.
SUMS = """
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
UNDO = """
DROP TRIGGER payout_line_within ON payments_payoutline;
DROP FUNCTION payout_line_within();
DROP TRIGGER payout_lines_sum ON payments_payout;
DROP FUNCTION payout_lines_sum();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0015_payouts_are_kept")]
    operations = [migrations.RunSQL(SUMS, UNDO)]
