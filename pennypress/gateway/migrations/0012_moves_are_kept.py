"""Moves of events stay as written, and a parked event may be taken up again."""

from django.db import migrations

from pennypress import guards

MOVES = [("received", "settled"), ("received", "parked"), ("parked", "received"), ("parked", "settled")]
AS_BEFORE = guards.forward(
    "gateway_providerevent", [("received", "settled"), ("received", "parked"), ("parked", "settled")]
)


class Migration(migrations.Migration):
    dependencies = [("gateway", "0011_events_bring_their_moves")]
    operations = [
        guards.append_only("gateway_eventmove"),
        migrations.RunSQL(AS_BEFORE.reverse_sql, AS_BEFORE.sql),
        guards.forward("gateway_providerevent", MOVES),
    ]
