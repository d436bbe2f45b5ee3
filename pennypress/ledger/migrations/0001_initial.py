"""The books: accounts, entries with their lines and vouchers, and the days through which they are closed."""

import django.db.models.deletion
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    # Until the first release: a paper set up before has run these.
    replaces = [('ledger', name) for name in (
        '0010_periods_and_vouchers',
    )]
    dependencies = []
    operations = [tables.CreateTogether([
        migrations.CreateModel('Account', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('code', models.CharField(max_length=10, unique=True)),
            ('name', models.CharField(max_length=100)),
            ('kind', models.CharField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('income', 'Income'), ('expense', 'Expense')], max_length=10)),
        ], options={'ordering': ['code']}),
        migrations.CreateModel('Entry', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(max_length=200, unique=True)),
            ('on', models.DateField(help_text="The paper's day on which it stands in the books.")),
            ('meant_on', models.DateField(blank=True, help_text='The day it is of, where that was closed already: it then stands on the first open day.', null=True)),
            ('memo', models.CharField(max_length=300)),
            ('line_count', models.PositiveSmallIntegerField()),
            ('posted_at', models.DateTimeField()),
            ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.entry')),
        ], options={
            'verbose_name_plural': 'entries',
            'ordering': ['id'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('line_count__gte', 2)), name='entry_has_two_lines'),
                models.CheckConstraint(condition=models.Q(('meant_on__isnull', True), ('meant_on__lt', models.F('on')), _connector='OR'), name='entry_falls_to_a_later_day'),
            ],
        }),
        migrations.CreateModel('Line', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.entry')),
            ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.account')),
            ('amount_minor', models.BigIntegerField()),
            ('currency', models.CharField(max_length=3)),
        ], options={
            'ordering': ['id'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='line_not_zero'),
                models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='line_currency_iso'),
            ],
        }),
        migrations.CreateModel('PeriodClose', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('closed_through', models.DateField(unique=True)),
            ('closed_by', models.CharField(help_text='The name as it stood: it outlives the login.', max_length=200)),
            ('closed_at', models.DateTimeField()),
            ('note', models.CharField(blank=True, max_length=300)),
            ('last_entry', models.BigIntegerField()),
        ], options={
            'ordering': ['closed_through'],
            'constraints': [models.CheckConstraint(condition=models.Q(('closed_by', ''), _negated=True), name='period_closed_by_somebody')],
        }),
        migrations.CreateModel('Voucher', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='voucher', to='ledger.entry')),
            ('reason', models.CharField(max_length=300)),
            ('entered_by', models.CharField(help_text='The name as it stood: it outlives the login.', max_length=200)),
        ], options={
            'ordering': ['id'],
            'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('entered_by', ''), _negated=True)), name='voucher_says_who_and_why')],
        }),
    ])]
