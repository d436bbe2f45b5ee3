"""What was asked for until now becomes the first attempt of its collection."""

from django.db import migrations

FORWARD = """
INSERT INTO giving_attempt (collection_id, number, payment_id, state)
SELECT id, 1, payment_id, CASE state WHEN 'taken_back' THEN 'collected' ELSE state END
FROM giving_collection WHERE payment_id IS NOT NULL;
"""
# One payment fits back into a collection: the one that brought the money, or else the latest.
BACK = """
UPDATE giving_collection SET payment_id = (
    SELECT payment_id FROM giving_attempt WHERE collection_id = giving_collection.id
    ORDER BY state = 'collected' DESC, number DESC LIMIT 1);
DELETE FROM giving_attempt;
"""


class Migration(migrations.Migration):
    dependencies = [("giving", "0031_attempts")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
