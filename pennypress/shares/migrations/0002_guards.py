"""The register, its certificates and the numbers given out are kept as written; an application only moves forward."""

from django.db import migrations

from pennypress import guards

APPLICATION_MOVES = [
    ("applied", "paid"),
    ("applied", "refused"),
    ("applied", "withdrawn"),
    ("paid", "allotted"),
    ("paid", "refused"),
    ("paid", "withdrawn"),
]

# What is set once stays: a certificate has one end, an application one payment. Its money may be entered anew: then its
# allocation moves, only to one of the receipt that corrects the old one.
SET_ONCE = """
CREATE FUNCTION shares_set_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    field text;
BEGIN
    FOREACH field IN ARRAY TG_ARGV::text[] LOOP
        IF to_jsonb(OLD)->field <> 'null'::jsonb AND to_jsonb(NEW)->field IS DISTINCT FROM to_jsonb(OLD)->field THEN
            RAISE EXCEPTION '%.% is set once', TG_TABLE_NAME, field USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
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
CREATE TRIGGER shares_certificate_set_once BEFORE UPDATE ON shares_certificate
    FOR EACH ROW EXECUTE FUNCTION shares_set_once('superseded_by_id', 'ended_on');
CREATE TRIGGER shares_application_set_once BEFORE UPDATE ON shares_application
    FOR EACH ROW EXECUTE FUNCTION shares_set_once('payment_id', 'person_id', 'decided_on');
CREATE TRIGGER application_money_set_once BEFORE UPDATE ON shares_application
    FOR EACH ROW EXECUTE FUNCTION application_money_set_once();
"""
UNDO = """
DROP TRIGGER application_money_set_once ON shares_application;
DROP TRIGGER shares_application_set_once ON shares_application;
DROP TRIGGER shares_certificate_set_once ON shares_certificate;
DROP FUNCTION application_money_set_once();
DROP FUNCTION shares_set_once();
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("shares", name) for name in ("0002_register_refuses_change", "0030_money_entered_anew")]
    dependencies = [("shares", "0001_initial")]
    operations = [
        guards.kept("shares_offer", moving=["closes_on", "pitch"]),
        # Applications.
        guards.kept(
            "shares_application",
            moving=["payment_id", "allocation_id", "person_id", "state", "decided_on", "decided_by_id", "refusal"],
        ),
        guards.forward("shares_application", APPLICATION_MOVES),
        guards.append_only("shares_applicationmove"),
        # The register, and what was given out from it.
        guards.append_only("shares_numberissued"),
        guards.kept("shares_member", moving=["ceased_on", "cessation_reason"]),
        guards.append_only("shares_registerentry"),
        guards.kept("shares_certificate", moving=["superseded_by_id", "ended_on"]),
        migrations.RunSQL(SET_ONCE, UNDO),
    ]
