"""An order says through which payment the money came, and goes back; none is by hand."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0046_past_collections_are_not_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="refundorder",
            name="payment",
            field=models.ForeignKey(
                blank=True,
                help_text="The payment through which it came and goes back. Empty: by hand.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refund_orders",
                to="payments.payment",
            ),
        ),
    ]
