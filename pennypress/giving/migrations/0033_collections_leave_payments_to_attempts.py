"""A collection knows its payments through its attempts alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("giving", "0032_collections_become_attempts")]
    operations = [
        migrations.RemoveField(
            model_name="collection",
            name="payment",
        ),
    ]
