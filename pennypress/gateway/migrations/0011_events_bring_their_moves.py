"""Every event that came before has the moves by which it stands where it stands."""

from django.db import migrations

CAME = """
INSERT INTO gateway_eventmove (event_id, from_state, to_state, reason, moved_at)
    SELECT id, '', 'received', '', received_at FROM gateway_providerevent;
INSERT INTO gateway_eventmove (event_id, from_state, to_state, reason, moved_at)
    SELECT id, 'received', state, reason, coalesce(handled_at, received_at) FROM gateway_providerevent
    WHERE state <> 'received';
"""


class Migration(migrations.Migration):
    dependencies = [("gateway", "0010_events_have_a_subject")]
    # Backwards the table of moves goes altogether.
    operations = [migrations.RunSQL(CAME, migrations.RunSQL.noop)]
