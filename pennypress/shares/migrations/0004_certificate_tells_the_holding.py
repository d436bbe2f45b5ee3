"""By the time an entry is committed, the member has exactly one standing certificate, equal to the holding, or holds nothing."""

from django.db import migrations

TELLS = """
CREATE FUNCTION certificate_tells_holding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
    standing bigint[];
BEGIN
    SELECT coalesce(sum(shares), 0) INTO held FROM shares_registerentry WHERE member_id = NEW.member_id;
    SELECT coalesce(array_agg(shares::bigint), '{}') INTO standing FROM shares_certificate
        WHERE member_id = NEW.member_id AND superseded_by_id IS NULL AND ended_on IS NULL;
    IF standing IS DISTINCT FROM (CASE WHEN held = 0 THEN '{}'::bigint[] ELSE ARRAY[held] END) THEN
        RAISE EXCEPTION 'member % holds %, and the standing certificates say %', NEW.member_id, held, standing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_tells_holding';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER certificate_tells_holding_on_entry AFTER INSERT ON shares_registerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION certificate_tells_holding();
CREATE CONSTRAINT TRIGGER certificate_tells_holding_on_certificate AFTER INSERT OR UPDATE ON shares_certificate
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION certificate_tells_holding();
"""
UNDO = """
DROP TRIGGER certificate_tells_holding_on_certificate ON shares_certificate;
DROP TRIGGER certificate_tells_holding_on_entry ON shares_registerentry;
DROP FUNCTION certificate_tells_holding();
"""


class Migration(migrations.Migration):
    dependencies = [("shares", "0003_holding_not_negative")]
    operations = [migrations.RunSQL(TELLS, UNDO)]
