"""What search looks in stands in the prepared row itself, made by the database from the words of the story."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

_WORDS = (
    "setweight(to_tsvector('english', folded_headline), 'A')"
    " || setweight(to_tsvector('english', left(folded_text, 400000)), 'D')"
    " || array_to_tsvector(ARRAY['@m' || (extract(year from published_at at time zone 'UTC') * 12"
    " + extract(month from published_at at time zone 'UTC'))::int])"
)


class Migration(migrations.Migration):
    safe_because = "no release went out before it, so that no former one runs beside it"
    dependencies = [("newsroom", "0005_file_the_cuttings")]

    operations = [
        migrations.AddField(
            "preparedarticle",
            "searched",
            models.GeneratedField(
                expression=models.Func(template=_WORDS, output_field=SearchVectorField()),
                output_field=SearchVectorField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex("preparedarticle", GinIndex(fields=["searched"], name="prepared_searched")),
    ]
