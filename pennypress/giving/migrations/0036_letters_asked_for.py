"""Statements of a year, and receipts once more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("giving", "0035_support_terms"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="AnnualStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReceiptRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("asked_on", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="annualstatement",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="annual_statements",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="annualstatement",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="annual_statements", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="receiptrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email", ""), _negated=True),
                fields=("email", "asked_on"),
                name="receipts_asked_for_once_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="receiptrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_at__isnull", True), ("email", ""), _connector="OR"),
                name="answered_request_forgets_the_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="annualstatement",
            constraint=models.UniqueConstraint(fields=("person", "year"), name="annual_statement_once"),
        ),
    ]
