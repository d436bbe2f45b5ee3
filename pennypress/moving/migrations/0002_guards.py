"""What was moved in is on record: each file, each row once, and who was found to be one person."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [("moving", "0002_what_moved_in_is_kept")]
    dependencies = [("moving", "0001_initial")]
    operations = [
        guards.append_only("moving_movedrow"),
        guards.kept(
            "moving_consignment",
            moving=["content", "state", "decided_at", "decided_by_id", "total_minor", "left_out"],
        ),
        guards.forward("moving_consignment", [("checked", "moved_in"), ("checked", "dropped")]),
        guards.kept("moving_likeness", moving=["decision", "decided_at", "decided_by_id"]),
    ]
