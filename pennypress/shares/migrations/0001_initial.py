"""Offers, applications, and the register of members with their certificates."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ('payments', '0001_initial'),
        ('people', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Member', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField(unique=True)),
            ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='member', to='people.person')),
            ('admitted_on', models.DateField()),
            ('ceased_on', models.DateField(blank=True, null=True)),
            ('cessation_reason', models.CharField(blank=True, max_length=200)),
        ], options={
            'ordering': ['number'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('ceased_on__isnull', True), ('cessation_reason', '')), models.Q(('ceased_on__gte', models.F('admitted_on')), models.Q(('cessation_reason', ''), _negated=True)), _connector='OR'), name='member_ceases_for_a_reason'),
            ],
        }),
        migrations.CreateModel('NumberIssued', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('series', models.CharField(choices=[('member', 'Member'), ('certificate', 'Certificate')], max_length=12)),
            ('number', models.PositiveIntegerField()),
            ('issued_at', models.DateTimeField()),
        ], options={
            'verbose_name_plural': 'numbers issued',
            'ordering': ['series', 'number'],
            'constraints': [
                models.UniqueConstraint(fields=('series', 'number'), name='number_issued_once'),
                models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='number_counts_from_one'),
            ],
        }),
        migrations.CreateModel('Offer', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=120)),
            ('opens_on', models.DateField()),
            ('closes_on', models.DateField(blank=True, help_text='The last day; empty: until further notice.', null=True)),
            ('pitch', models.TextField(blank=True)),
        ], options={
            'ordering': ['-opens_on'],
            'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__isnull', True), ('closes_on__gte', models.F('opens_on')), _connector='OR'), name='offer_closes_after_opening')],
        }),
        migrations.CreateModel('Application', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='shares.offer')),
            ('kind', models.CharField(choices=[('individual', 'A person'), ('organisation', 'An organisation')], max_length=12)),
            ('name', models.CharField(max_length=200)),
            ('email', models.EmailField(blank=True, help_text='Case-folded. Empty: the applicant has none.', max_length=254)),
            ('notices_by_email', models.BooleanField(default=False, help_text='Notified for notices of the society.')),
            ('address', models.TextField()),
            ('postcode', models.CharField(max_length=16)),
            ('born_on', models.DateField(blank=True, null=True)),
            ('shares', models.PositiveIntegerField()),
            ('amount_minor', models.BigIntegerField()),
            ('currency', models.CharField(max_length=3)),
            ('rules_accepted_at', models.DateTimeField()),
            ('risk_read_at', models.DateTimeField()),
            ('payment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='share_application', to='payments.payment')),
            ('allocation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='share_application', to='payments.allocation')),
            ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='share_applications', to='people.person')),
            ('state', models.CharField(choices=[('applied', 'Applied, not yet paid'), ('paid', 'Paid, waiting for the committee'), ('allotted', 'Allotted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='applied', max_length=10)),
            ('applied_at', models.DateTimeField()),
            ('decided_on', models.DateField(blank=True, null=True)),
            ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='share_decisions', to=settings.AUTH_USER_MODEL)),
            ('refusal', models.TextField(blank=True, help_text='Why it was refused, as told to the applicant.')),
        ], options={
            'ordering': ['id'],
            'indexes': [
                models.Index(fields=['email'], name='shares_appl_email_6b9fe3_idx'),
                models.Index(fields=['state', 'applied_at'], name='shares_appl_state_f8821d_idx'),
            ],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('shares__gt', 0)), name='application_for_a_share'),
                models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='application_money_above_zero'),
                models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('address', ''), _negated=True)), name='application_has_particulars'),
                models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['paid', 'allotted']), _negated=True), ('allocation__isnull', False), _connector='OR'), name='application_paid_by_an_allocation'),
                models.CheckConstraint(condition=models.Q(models.Q(('state', 'allotted'), _negated=True), models.Q(('decided_on__isnull', False), ('person__isnull', False)), _connector='OR'), name='application_allotted_to_a_person'),
                models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), _negated=True), models.Q(models.Q(('refusal', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='application_refused_with_a_reason'),
            ],
        }),
        migrations.CreateModel('ApplicationMove', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='shares.application')),
            ('state', models.CharField(choices=[('applied', 'Applied, not yet paid'), ('paid', 'Paid, waiting for the committee'), ('allotted', 'Allotted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], max_length=10)),
            ('moved_at', models.DateTimeField()),
            ('moved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application_moves', to=settings.AUTH_USER_MODEL)),
            ('note', models.TextField(blank=True)),
        ], options={'ordering': ['id']}),
        migrations.CreateModel('RegisterEntry', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='shares.member')),
            ('kind', models.CharField(choices=[('allotment', 'Allotment'), ('withdrawal', 'Withdrawal'), ('transfer_in', 'Transfer in'), ('transfer_out', 'Transfer out')], max_length=12)),
            ('shares', models.IntegerField()),
            ('amount_minor', models.BigIntegerField(help_text='Paid up on them, in minor units; the sign of the shares.')),
            ('currency', models.CharField(max_length=3)),
            ('on', models.DateField(db_index=True)),
            ('application', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='register_entry', to='shares.application')),
            ('recorded_at', models.DateTimeField()),
            ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to=settings.AUTH_USER_MODEL)),
        ], options={
            'verbose_name_plural': 'register entries',
            'ordering': ['on', 'id'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('amount_minor__gt', 0), ('kind__in', ['allotment', 'transfer_in']), ('shares__gt', 0)), models.Q(('amount_minor__lt', 0), ('kind__in', ['withdrawal', 'transfer_out']), ('shares__lt', 0)), _connector='OR'), name='register_entry_sign_by_kind'),
                models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', False), ('kind', 'allotment')), models.Q(models.Q(('kind', 'allotment'), _negated=True), ('application__isnull', True)), _connector='OR'), name='allotment_answers_an_application'),
            ],
        }),
        migrations.CreateModel('Certificate', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('number', models.PositiveIntegerField(unique=True)),
            ('code', models.CharField(help_text='By which anybody may ask whether it is valid.', max_length=24, unique=True)),
            ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='shares.member')),
            ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='shares.registerentry')),
            ('holder', models.CharField(help_text="The member's name on the day of issue.", max_length=200)),
            ('shares', models.PositiveIntegerField()),
            ('nominal_minor', models.BigIntegerField(help_text='Of one share, in minor units.')),
            ('currency', models.CharField(max_length=3)),
            ('issued_on', models.DateField()),
            ('superseded_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='shares.certificate')),
            ('ended_on', models.DateField(blank=True, help_text='The holding came to nothing: no other follows.', null=True)),
        ], options={
            'ordering': ['number'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('shares__gt', 0)), name='certificate_of_a_share'),
                models.CheckConstraint(condition=models.Q(('nominal_minor__gt', 0)), name='certificate_nominal_above_zero'),
                models.CheckConstraint(condition=models.Q(('superseded_by', models.F('id')), _negated=True), name='certificate_not_its_own_successor'),
                models.CheckConstraint(condition=models.Q(('superseded_by__isnull', True), ('ended_on__isnull', True), _connector='OR'), name='certificate_ends_one_way'),
            ],
        }),
    ])]
