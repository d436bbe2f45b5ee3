"""The paper's terms say what becomes of a collection that came and was taken back by the payer's bank."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0060_collections_are_presented_again")]
    operations = [
        migrations.AddField(
            model_name="supportterms",
            name="after_claim",
            field=models.CharField(
                choices=[("pause", "is paused until its supporter says"), ("end", "ends")],
                default="pause",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="supportterms",
            name="presents_returned",
            field=models.BooleanField(
                default=True, help_text="Whether a debit that was paid and returned late is presented once more."
            ),
        ),
        migrations.AddConstraint(
            model_name="supportterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("after_claim__in", ["pause", "end"])), name="after_claim_known"
            ),
        ),
    ]
