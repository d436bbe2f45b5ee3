"""Takes the prepared stories out of Wagtail's index of words, where nobody looks for them any longer."""

from django.db import migrations

_LEAVE = """
DELETE FROM wagtailsearch_indexentry entry USING django_content_type kind
WHERE kind.id = entry.content_type_id AND kind.app_label = 'newsroom' AND kind.model = 'preparedarticle'
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0006_searched_words"), ("wagtailsearch", "0010_add_text_fields")]
    operations = [migrations.RunSQL(_LEAVE, migrations.RunSQL.noop)]
