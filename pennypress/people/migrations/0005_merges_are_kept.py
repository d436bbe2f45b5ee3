"""That two persons were merged, by whom and when, is never rewritten."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("people", "0004_merging")]
    operations = [guards.append_only("people_personmerge")]
