"""Letters and what is enclosed with them."""

import django.db.models.deletion
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ('people', '0002_guards'),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Letter', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(max_length=200, unique=True)),
            ('kind', models.CharField(max_length=40)),
            ('channel', models.CharField(choices=[('service', 'Service'), ('statutory', 'Statutory')], default='service', max_length=10)),
            ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='people.person')),
            ('to_name', models.CharField(blank=True, max_length=200)),
            ('to_email', models.EmailField(max_length=254)),
            ('subject', models.CharField(max_length=200)),
            ('text', models.TextField(blank=True)),
            ('html', models.TextField(blank=True)),
            ('secret', models.BooleanField(default=False, help_text='Its body is blanked once it is sent.')),
            ('state', models.CharField(choices=[('queued', 'Waiting'), ('sent', 'Sent'), ('failed', 'Not sent')], default='queued', max_length=6)),
            ('queued_at', models.DateTimeField()),
            ('due_at', models.DateTimeField(help_text='Not tried before this moment.')),
            ('sent_at', models.DateTimeField(blank=True, null=True)),
            ('attempts', models.PositiveSmallIntegerField(default=0)),
            ('trouble', models.CharField(blank=True, help_text='What went wrong at the last attempt.', max_length=500)),
        ], options={
            'ordering': ['-id'],
            'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='letters_due')],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('to_email', ''), _negated=True), name='letter_has_an_address'),
                models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='letter_sent_has_its_moment'),
            ],
        }),
        migrations.CreateModel('Enclosure', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('letter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enclosures', to='letters.letter')),
            ('filename', models.CharField(max_length=120)),
            ('content_type', models.CharField(default='application/pdf', max_length=80)),
            ('content', models.BinaryField(null=True)),
            ('renderer', models.CharField(blank=True, help_text='A name known to letters.enclosing.', max_length=40)),
            ('argument', models.CharField(blank=True, help_text='What the renderer is asked for.', max_length=80)),
        ], options={
            'ordering': ['id'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('renderer', '')), models.Q(('content__isnull', True), models.Q(('renderer', ''), _negated=True)), _connector='OR'), name='enclosure_is_made_one_way'),
            ],
        }),
    ])]
