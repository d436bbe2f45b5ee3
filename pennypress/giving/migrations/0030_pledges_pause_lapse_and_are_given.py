"""Pledges by the month, quarter or year, paused and lapsed, and given for somebody else; gifts likewise."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("giving", "0021_standing_orders_are_kept"),
        ("payments", "0006_receipts_say_more"),
        ("people", "0005_merges_are_kept"),
    ]
    operations = [
        migrations.AddField(
            model_name="gift",
            name="beneficiary_email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="gift",
            name="beneficiary_name",
            field=models.CharField(blank=True, help_text="Whom it is given for, if another.", max_length=200),
        ),
        migrations.AddField(
            model_name="gift",
            name="credited",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gifts_credited",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="gift",
            name="tell_on",
            field=models.DateField(blank=True, help_text="The day on which the beneficiary is told.", null=True),
        ),
        migrations.AddField(
            model_name="pledge",
            name="beneficiary_email",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="pledge",
            name="beneficiary_name",
            field=models.CharField(blank=True, help_text="Whom it is given for, if another.", max_length=200),
        ),
        migrations.AddField(
            model_name="pledge",
            name="credited",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledges_credited",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="pledge",
            name="interval_months",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Every month"), (3, "Every three months"), (12, "Every year")], default=1
            ),
        ),
        migrations.AddField(
            model_name="pledge",
            name="lapsed_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pledge",
            name="paused_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pledge",
            name="resumes_on",
            field=models.DateField(blank=True, help_text="Empty while paused: until its supporter says.", null=True),
        ),
        migrations.AddField(
            model_name="pledge",
            name="tell_on",
            field=models.DateField(blank=True, help_text="The day on which the beneficiary is told.", null=True),
        ),
        migrations.AddField(
            model_name="pledgemove",
            name="anchor_day",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pledgemove",
            name="interval_months",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="pledgemove",
            name="mandate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledge_moves",
                to="payments.mandate",
            ),
        ),
        migrations.AlterField(
            model_name="pledge",
            name="state",
            field=models.CharField(
                choices=[
                    ("offered", "Offered"),
                    ("active", "Active"),
                    ("paused", "Paused"),
                    ("lapsed", "Lapsed"),
                    ("cancelled", "Cancelled"),
                ],
                default="offered",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="pledgemove",
            name="change",
            field=models.CharField(
                choices=[
                    ("began", "Began"),
                    ("amount", "Amount changed"),
                    ("interval", "Interval changed"),
                    ("day", "Day changed"),
                    ("method", "Card or account changed"),
                    ("paused", "Paused"),
                    ("resumed", "Taken up again"),
                    ("lapsed", "Lapsed"),
                    ("revived", "Revived"),
                    ("cancelled", "Cancelled"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="gift",
            index=models.Index(
                condition=models.Q(("tell_on__isnull", False)), fields=["tell_on"], name="gift_to_be_told_of"
            ),
        ),
        migrations.AddIndex(
            model_name="pledge",
            index=models.Index(
                condition=models.Q(("tell_on__isnull", False)), fields=["tell_on"], name="pledge_to_be_told_of"
            ),
        ),
        migrations.AddIndex(
            model_name="pledge",
            index=models.Index(condition=models.Q(("state", "paused")), fields=["resumes_on"], name="pledge_resuming"),
        ),
        migrations.AddConstraint(
            model_name="gift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("beneficiary_name", ""), _negated=True),
                    models.Q(("beneficiary_email", ""), ("credited__isnull", True), ("tell_on__isnull", True)),
                    _connector="OR",
                ),
                name="gift_beneficiary_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("interval_months__in", [1, 3, 12])), name="pledge_interval_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "active"), ("next_on__isnull", True), _connector="OR"),
                name="only_an_active_pledge_is_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paused_on__isnull", False), ("state", "paused")),
                    models.Q(
                        models.Q(("state", "paused"), _negated=True),
                        ("paused_on__isnull", True),
                        ("resumes_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="paused_pledge_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resumes_on__isnull", True), ("resumes_on__gt", models.F("paused_on")), _connector="OR"
                ),
                name="pledge_resumes_after_it_paused",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lapsed_on__isnull", False), ("state", "lapsed")),
                    models.Q(models.Q(("state", "lapsed"), _negated=True), ("lapsed_on__isnull", True)),
                    _connector="OR",
                ),
                name="lapsed_pledge_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("beneficiary_name", ""), _negated=True),
                    models.Q(("beneficiary_email", ""), ("credited__isnull", True), ("tell_on__isnull", True)),
                    _connector="OR",
                ),
                name="pledge_beneficiary_has_a_name",
            ),
        ),
    ]
