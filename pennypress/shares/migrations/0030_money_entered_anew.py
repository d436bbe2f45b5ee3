"""An application's money may be entered anew: its allocation moves only to one of the receipt that corrects the old one."""

from django.db import migrations

ANEW = """
CREATE FUNCTION application_money_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.allocation_id IS NOT NULL AND NEW.allocation_id IS DISTINCT FROM OLD.allocation_id AND NOT EXISTS (
            SELECT 1 FROM payments_allocation was JOIN payments_receipt anew ON anew.corrects_id = was.receipt_id
            JOIN payments_allocation becomes ON becomes.receipt_id = anew.id
            WHERE was.id = OLD.allocation_id AND becomes.id = NEW.allocation_id) THEN
        RAISE EXCEPTION 'shares_application.allocation_id is set once, but for a correction'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'application_money_set_once';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER shares_application_set_once ON shares_application;
CREATE TRIGGER shares_application_set_once BEFORE UPDATE ON shares_application
    FOR EACH ROW EXECUTE FUNCTION shares_set_once('payment_id', 'person_id', 'decided_on');
CREATE TRIGGER application_money_set_once BEFORE UPDATE ON shares_application
    FOR EACH ROW EXECUTE FUNCTION application_money_set_once();
"""
UNDO = """
DROP TRIGGER application_money_set_once ON shares_application; DROP FUNCTION application_money_set_once();
DROP TRIGGER shares_application_set_once ON shares_application;
CREATE TRIGGER shares_application_set_once BEFORE UPDATE ON shares_application
    FOR EACH ROW EXECUTE FUNCTION shares_set_once('payment_id', 'allocation_id', 'person_id', 'decided_on');
"""


class Migration(migrations.Migration):
    dependencies = [("shares", "0004_certificate_tells_the_holding"), ("payments", "0033_slips_keep_to_money_in_hand")]
    operations = [migrations.RunSQL(ANEW, UNDO)]
