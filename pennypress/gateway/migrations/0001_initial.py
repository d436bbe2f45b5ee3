"""What providers told us, and what became of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    # Until the first release: a paper set up before has run these.
    replaces = [('gateway', name) for name in (
        '0010_events_have_a_subject',
    )]
    dependencies = [
        ('people', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('ProviderEvent', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('provider', models.CharField(max_length=20)),
            ('event_id', models.CharField(max_length=100)),
            ('kind', models.CharField(max_length=100)),
            ('subject', models.CharField(blank=True, choices=[('payment', 'Payment'), ('mandate', 'Mandate'), ('payout', 'Payout')], default='payment', max_length=10)),
            ('provider_ref', models.CharField(blank=True, max_length=100)),
            ('body', models.BinaryField()),
            ('received_at', models.DateTimeField()),
            ('state', models.CharField(choices=[('received', 'Received'), ('settled', 'Settled'), ('parked', 'Parked')], default='received', max_length=10)),
            ('reason', models.CharField(blank=True, help_text='Why it is parked, or not settled yet.', max_length=300)),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('handled_at', models.DateTimeField(blank=True, null=True)),
        ], options={
            'ordering': ['id'],
            'indexes': [
                models.Index(condition=models.Q(('state', 'received')), fields=['received_at'], name='event_waiting'),
                models.Index(fields=['provider', 'received_at'], name='event_last_heard'),
            ],
            'constraints': [models.UniqueConstraint(fields=('provider', 'event_id'), name='event_once_from_provider')],
        }),
        migrations.CreateModel('EventMove', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='gateway.providerevent')),
            ('from_state', models.CharField(blank=True, choices=[('received', 'Received'), ('settled', 'Settled'), ('parked', 'Parked')], max_length=10)),
            ('to_state', models.CharField(choices=[('received', 'Received'), ('settled', 'Settled'), ('parked', 'Parked')], max_length=10)),
            ('reason', models.CharField(blank=True, max_length=300)),
            ('moved_at', models.DateTimeField()),
            ('moved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='event_moves', to=settings.AUTH_USER_MODEL)),
        ], options={'ordering': ['id']}),
    ])]
