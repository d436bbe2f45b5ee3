"""Search looks through words year by year, in an index that holds them so; the one of all years at once goes, which no
release went out with.

Each word goes to its place at once: a list of what waits for its place would be read through for every year.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("newsroom", "0008_words_by_year")]
    operations = [
        AddIndexConcurrently(
            "preparedarticle",
            GinIndex(
                models.Func(
                    "searched",
                    "published_at",
                    function="newsroom_words_by_year",
                    output_field=SearchVectorField(),
                ),
                fastupdate=False,
                name="prepared_words_by_year",
            ),
        ),
        RemoveIndexConcurrently("preparedarticle", "prepared_searched"),
    ]
