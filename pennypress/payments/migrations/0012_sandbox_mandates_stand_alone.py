"""A mandate at the sandbox ends in its own table: the payment that saved it no longer says so."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_sandbox_brings_its_mandates")]
    operations = [migrations.RemoveField(model_name="sandboxpayment", name="mandate_ended_at")]
