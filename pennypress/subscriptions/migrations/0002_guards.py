"""Products and subscriptions are kept as written; nobody has one product twice on one day."""

from django.db import migrations

from pennypress import guards

APART = """
CREATE FUNCTION subscriptions_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('subscriptions_subscription'), NEW.person_id::int);
    IF EXISTS (SELECT 1 FROM subscriptions_subscription other WHERE other.id <> NEW.id
               AND other.person_id = NEW.person_id AND other.product_id = NEW.product_id
               AND other.starts_on < coalesce(NEW.ended_on, NEW.ends_on)
               AND NEW.starts_on < coalesce(other.ended_on, other.ends_on)) THEN
        RAISE EXCEPTION 'subscription % runs on days of another', NEW.id
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'subscriptions_do_not_overlap';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on THEN
        RAISE EXCEPTION 'subscription % has ended', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subscriptions_do_not_overlap AFTER INSERT OR UPDATE ON subscriptions_subscription
    FOR EACH ROW EXECUTE FUNCTION subscriptions_do_not_overlap();
"""
UNDO = """
DROP TRIGGER subscriptions_do_not_overlap ON subscriptions_subscription; DROP FUNCTION subscriptions_do_not_overlap();
"""


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("subscriptions", "0002_subscriptions_are_kept")]
    dependencies = [("subscriptions", "0001_initial")]
    operations = [
        guards.kept("subscriptions_product", moving=["active_until"]),
        guards.kept("subscriptions_subscription", moving=["ended_on"]),
        guards.append_only("subscriptions_subscriptionorder"),
        migrations.RunSQL(APART, UNDO),
    ]
