"""Two more columns of what is prepared, so that a story's own page is read from one row; filled as stories are prepared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0009_index_words_by_year")]
    operations = [
        migrations.AddField("preparedarticle", "web_headline", models.CharField(max_length=160, null=True)),
        migrations.AddField("preparedarticle", "dateline", models.CharField(max_length=80, null=True)),
    ]
