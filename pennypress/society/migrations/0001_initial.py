"""The society: its particulars, its rules, its officers."""

import django.db.models.deletion
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    # Until the first release: a paper set up before has run these.
    replaces = [('society', name) for name in (
        '0003_one_holder_of_an_office',
    )]
    dependencies = [
        ('people', '0002_guards'),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Officer', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='people.person')),
            ('office', models.CharField(choices=[('chair', 'Chair'), ('secretary', 'Secretary'), ('treasurer', 'Treasurer'), ('committee', 'Committee member')], max_length=12)),
            ('from_on', models.DateField()),
            ('to_on', models.DateField(blank=True, null=True)),
        ], options={
            'ordering': ['from_on'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gt', models.F('from_on')), _connector='OR'), name='office_ends_after_it_begins'),
                models.UniqueConstraint(condition=models.Q(('to_on__isnull', True), models.Q(('office', 'committee'), _negated=True)), fields=('office',), name='one_holder_of_an_office'),
            ],
        }),
        migrations.CreateModel('Rule', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('subject', models.CharField(help_text='What it fixes, for example holding.maximum.individual', max_length=60)),
            ('rule_number', models.CharField(max_length=20)),
            ('text', models.TextField(help_text='The rule in words, as shown to members.')),
            ('figure', models.BigIntegerField(help_text='The figure: minor units for money, whole units otherwise.')),
            ('effective_from', models.DateField()),
            ('registered_on', models.DateField(blank=True, help_text='Empty: not registered, and so without force.', null=True)),
        ], options={
            'ordering': ['subject', 'effective_from'],
            'constraints': [
                models.UniqueConstraint(fields=('subject', 'effective_from'), name='one_rule_a_subject_and_day'),
                models.CheckConstraint(condition=models.Q(('figure__gte', 0)), name='rule_figure_not_negative'),
            ],
        }),
        migrations.CreateModel('Society', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('registered_name', models.CharField(max_length=200)),
            ('registration_number', models.CharField(max_length=20)),
            ('registrar', models.CharField(default='Financial Conduct Authority', max_length=100)),
            ('registered_office', models.TextField()),
            ('legal_form', models.CharField(max_length=100)),
            ('year_end_month', models.PositiveSmallIntegerField(default=12)),
            ('year_end_day', models.PositiveSmallIntegerField(default=31)),
            ('currency', models.CharField(default='GBP', max_length=3)),
            ('only', models.BooleanField(default=True, editable=False, unique=True)),
        ], options={
            'verbose_name_plural': 'societies',
            'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='one_society')],
        }),
    ])]
