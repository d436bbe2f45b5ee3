"""The paper sets on which days it tries again; Django has no constraint that looks into an array."""

from django.db import migrations

# Days are counted from the first failure, and the last comes before the next month's collection.
SENSE = """
ALTER TABLE giving_supportterms ADD CONSTRAINT retries_stay_within_their_month CHECK (
    cardinality(retry_after_days) BETWEEN 1 AND 6 AND 1 <= ALL (retry_after_days) AND 27 >= ALL (retry_after_days));
"""
UNDO = "ALTER TABLE giving_supportterms DROP CONSTRAINT retries_stay_within_their_month;"


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("giving", "0035_support_terms")]
    dependencies = [("giving", "0004_meter")]
    operations = [migrations.RunSQL(SENSE, UNDO)]
