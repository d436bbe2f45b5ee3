"""What makes a checkpoint of a meter true: marks are taken only where no lower one can still commit, and what moves below
drops it.

Whoever writes something that a meter counts holds the lock `meter` in shared mode until commit, taken by a statement's
trigger before the first number of a row is drawn. Whoever takes marks holds it alone for a moment: then every number
given out so far has been committed or never will be, and all later ones are higher.
"""

from django.db import migrations

# The fees of allocations are those of payouts' lines: a line's fee is shared among the allocations of its receipt by
# largest remainder, the earlier allocation first, as `money.split` does: no penny is lost. A payout that came back to the
# provider has none; when it does, every checkpoint is dropped, since that moves figures below their marks.
FEES = """
CREATE VIEW giving_fee AS
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
LOCK = """
CREATE FUNCTION meter_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('giving.meter'));
    RETURN NULL;
END $$;
CREATE TRIGGER meter_is_written_payments_allocation BEFORE INSERT ON payments_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_payments_refund BEFORE INSERT ON payments_refund
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_giving_gift BEFORE INSERT OR UPDATE OF appeal_id, allocation_id, payer_id ON giving_gift
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_giving_collection BEFORE INSERT OR UPDATE OF appeal_id, allocation_id ON giving_collection
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_giving_pledge BEFORE UPDATE OF person_id ON giving_pledge
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_people_person BEFORE UPDATE OF merged_into_id ON people_person
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_payments_payoutline BEFORE INSERT ON payments_payoutline
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
CREATE TRIGGER meter_is_written_payments_payout BEFORE UPDATE OF state ON payments_payout
    FOR EACH STATEMENT EXECUTE FUNCTION meter_is_written();
"""
UNDO_LOCK = """
DROP TRIGGER meter_is_written_payments_allocation ON payments_allocation;
DROP TRIGGER meter_is_written_payments_refund ON payments_refund;
DROP TRIGGER meter_is_written_giving_gift ON giving_gift;
DROP TRIGGER meter_is_written_giving_collection ON giving_collection;
DROP TRIGGER meter_is_written_giving_pledge ON giving_pledge;
DROP TRIGGER meter_is_written_people_person ON people_person;
DROP TRIGGER meter_is_written_payments_payoutline ON payments_payoutline;
DROP TRIGGER meter_is_written_payments_payout ON payments_payout;
DROP FUNCTION meter_is_written();
"""
# Gifts and collections; then whose pledge it is, and who is the same person as whom, since givers are counted once.
DROPS = """
CREATE FUNCTION checkpoint_drops() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM giving_metercheckpoint WHERE appeal_id = NEW.appeal_id AND allocation_mark >= NEW.allocation_id;
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM giving_metercheckpoint WHERE appeal_id = OLD.appeal_id AND allocation_mark >= OLD.allocation_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION checkpoint_drops_with_pledge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM giving_metercheckpoint c USING giving_collection k
        WHERE k.pledge_id = NEW.id AND c.appeal_id = k.appeal_id AND c.allocation_mark >= k.allocation_id;
    RETURN NULL;
END $$;
CREATE FUNCTION checkpoint_drops_with_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM giving_metercheckpoint;
    RETURN NULL;
END $$;
CREATE TRIGGER checkpoint_drops_with_new_gift AFTER INSERT ON giving_gift
    FOR EACH ROW WHEN (NEW.allocation_id IS NOT NULL) EXECUTE FUNCTION checkpoint_drops();
CREATE TRIGGER checkpoint_drops_with_gift AFTER UPDATE ON giving_gift FOR EACH ROW
    WHEN ((OLD.appeal_id, OLD.allocation_id, OLD.payer_id) IS DISTINCT FROM (NEW.appeal_id, NEW.allocation_id, NEW.payer_id))
    EXECUTE FUNCTION checkpoint_drops();
CREATE TRIGGER checkpoint_drops_with_new_collection AFTER INSERT ON giving_collection
    FOR EACH ROW WHEN (NEW.allocation_id IS NOT NULL) EXECUTE FUNCTION checkpoint_drops();
CREATE TRIGGER checkpoint_drops_with_collection AFTER UPDATE ON giving_collection FOR EACH ROW
    WHEN ((OLD.appeal_id, OLD.allocation_id) IS DISTINCT FROM (NEW.appeal_id, NEW.allocation_id))
    EXECUTE FUNCTION checkpoint_drops();
CREATE TRIGGER checkpoint_drops_with_pledge AFTER UPDATE ON giving_pledge FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION checkpoint_drops_with_pledge();
CREATE TRIGGER checkpoint_drops_with_merge AFTER UPDATE ON people_person FOR EACH ROW
    WHEN (OLD.merged_into_id IS DISTINCT FROM NEW.merged_into_id) EXECUTE FUNCTION checkpoint_drops_with_merge();
CREATE TRIGGER checkpoint_drops_with_payout AFTER UPDATE ON payments_payout FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND 'failed' IN (OLD.state, NEW.state))
    EXECUTE FUNCTION checkpoint_drops_with_merge();
"""
UNDO_DROPS = """
DROP TRIGGER checkpoint_drops_with_new_gift ON giving_gift;
DROP TRIGGER checkpoint_drops_with_gift ON giving_gift;
DROP TRIGGER checkpoint_drops_with_new_collection ON giving_collection;
DROP TRIGGER checkpoint_drops_with_collection ON giving_collection;
DROP TRIGGER checkpoint_drops_with_pledge ON giving_pledge;
DROP TRIGGER checkpoint_drops_with_merge ON people_person;
DROP TRIGGER checkpoint_drops_with_payout ON payments_payout;
DROP FUNCTION checkpoint_drops();
DROP FUNCTION checkpoint_drops_with_pledge();
DROP FUNCTION checkpoint_drops_with_merge();
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("giving", name) for name in ("0017_checkpoints_hold", "0040_fees_from_payouts")]
    dependencies = [("giving", "0003_appeals")]
    operations = [
        migrations.RunSQL(FEES, "DROP VIEW giving_fee;"),
        migrations.RunSQL(LOCK, UNDO_LOCK),
        migrations.RunSQL(DROPS, UNDO_DROPS),
    ]
