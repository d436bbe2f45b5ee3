"""The table of the cache that all servers share: counts and codes that soon end, in no backup."""

from django.db import migrations

_MAKE = """
CREATE TABLE config_shared_count (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX config_shared_count_expires ON config_shared_count (expires);
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [migrations.RunSQL(_MAKE, "DROP TABLE config_shared_count")]
