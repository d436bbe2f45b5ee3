"""Files every story that was prepared before there were cuttings."""

from django.db import migrations

_FILE = """
INSERT INTO newsroom_cutting (story_id, page_id, published_at)
SELECT DISTINCT row.article_id, page.id, row.published_at FROM newsroom_preparedarticle row
CROSS JOIN LATERAL jsonb_array_elements(row.topics || row.byline) entry
JOIN wagtailcore_page page ON page.id = (entry->>'id')::int
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0004_cuttings")]
    operations = [migrations.RunSQL(_FILE, migrations.RunSQL.noop)]
