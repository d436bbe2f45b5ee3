"""What a provider told us stays as it came, and so do the moves of an event; a parked event may be taken up again."""

from django.db import migrations

from pennypress import guards

MOVES = [("received", "settled"), ("received", "parked"), ("parked", "received"), ("parked", "settled")]


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("gateway", name) for name in ("0002_events_are_kept", "0011_events_bring_their_moves", "0012_moves_are_kept")
    ]
    dependencies = [("gateway", "0001_initial")]
    operations = [
        guards.kept("gateway_providerevent", moving=["state", "reason", "attempts", "handled_at"]),
        guards.forward("gateway_providerevent", MOVES),
        guards.append_only("gateway_eventmove"),
    ]
