"""No member holds less than nothing on any day, and no number is used that was not given out."""

from django.db import migrations

# The member's row is locked first, so that two entries at once are counted one after the other. NO KEY UPDATE, because
# the entry's own foreign key holds a KEY SHARE lock on that row already. Days are whole: what comes and goes on one day
# is counted at its end.
NOT_NEGATIVE = """
CREATE FUNCTION holding_not_negative() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    short record;
BEGIN
    PERFORM 1 FROM shares_member WHERE id = NEW.member_id FOR NO KEY UPDATE;
    SELECT * INTO short FROM (
        SELECT "on", sum(sum(shares)) OVER (ORDER BY "on") AS held
        FROM shares_registerentry WHERE member_id = NEW.member_id GROUP BY "on"
    ) AS days WHERE held < 0 ORDER BY "on" LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'member % would hold % shares on %', NEW.member_id, short.held, short."on"
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holding_not_negative';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER holding_not_negative AFTER INSERT ON shares_registerentry
    FOR EACH ROW EXECUTE FUNCTION holding_not_negative();
"""
UNDO_NOT_NEGATIVE = "DROP TRIGGER holding_not_negative ON shares_registerentry; DROP FUNCTION holding_not_negative();"

ISSUED = """
CREATE FUNCTION number_was_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM shares_numberissued WHERE series = TG_ARGV[0] AND number = NEW.number) THEN
        RAISE EXCEPTION '% number % was not issued', TG_ARGV[0], NEW.number
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'number_was_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shares_member_number_was_issued BEFORE INSERT ON shares_member
    FOR EACH ROW EXECUTE FUNCTION number_was_issued('member');
CREATE TRIGGER shares_certificate_number_was_issued BEFORE INSERT ON shares_certificate
    FOR EACH ROW EXECUTE FUNCTION number_was_issued('certificate');
"""
UNDO_ISSUED = """
DROP TRIGGER shares_certificate_number_was_issued ON shares_certificate;
DROP TRIGGER shares_member_number_was_issued ON shares_member;
DROP FUNCTION number_was_issued();
"""


class Migration(migrations.Migration):
    dependencies = [("shares", "0002_register_refuses_change")]
    operations = [migrations.RunSQL(NOT_NEGATIVE, UNDO_NOT_NEGATIVE), migrations.RunSQL(ISSUED, UNDO_ISSUED)]
