"""Who entered an entry by hand, to when the books are closed, and the day of an entry that came after it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_more_of_the_chart"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeriodClose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("closed_through", models.DateField(unique=True)),
                (
                    "closed_by",
                    models.CharField(help_text="The name as it stood: it outlives the login.", max_length=200),
                ),
                ("closed_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("last_entry", models.BigIntegerField()),
            ],
            options={
                "ordering": ["closed_through"],
            },
        ),
        migrations.CreateModel(
            name="Voucher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300)),
                (
                    "entered_by",
                    models.CharField(help_text="The name as it stood: it outlives the login.", max_length=200),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddField(
            model_name="entry",
            name="meant_on",
            field=models.DateField(
                blank=True,
                help_text="The day it is of, where that was closed already: it then stands on the first open day.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="on",
            field=models.DateField(help_text="The paper's day on which it stands in the books."),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("meant_on__isnull", True), ("meant_on__lt", models.F("on")), _connector="OR"),
                name="entry_falls_to_a_later_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="periodclose",
            constraint=models.CheckConstraint(
                condition=models.Q(("closed_by", ""), _negated=True), name="period_closed_by_somebody"
            ),
        ),
        migrations.AddField(
            model_name="voucher",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="voucher", to="ledger.entry"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True), models.Q(("entered_by", ""), _negated=True)
                ),
                name="voucher_says_who_and_why",
            ),
        ),
    ]
