"""What a provider told us stays as it came."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    dependencies = [("gateway", "0001_initial")]
    operations = [
        guards.kept("gateway_providerevent", moving=["state", "reason", "attempts", "handled_at"]),
        guards.forward(
            "gateway_providerevent", [("received", "settled"), ("received", "parked"), ("parked", "settled")]
        ),
    ]
