"""Writes a story's words with the year in which it was printed, as search looks for them."""

from django.db import migrations

_WORDS_BY_YEAR = """
CREATE FUNCTION newsroom_words_by_year(words tsvector, published_at timestamptz) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN (
    SELECT array_to_tsvector(array_agg(printed.year || word))
    FROM (SELECT date_part('year', published_at AT TIME ZONE 'UTC')::int || ':') printed (year)
    CROSS JOIN unnest(tsvector_to_array(words)) word)
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0007_leave_wagtails_index")]
    operations = [migrations.RunSQL(_WORDS_BY_YEAR, "DROP FUNCTION newsroom_words_by_year(tsvector, timestamptz)")]
