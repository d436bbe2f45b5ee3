"""Files that brought in what the paper kept before, each row once, and who was found to be one person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ('people', '0002_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Consignment', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('balances', 'Opening balances'), ('gifts', 'Past gifts'), ('supporters', 'Supporters')], max_length=10)),
            ('filename', models.CharField(max_length=200)),
            ('digest', models.CharField(max_length=64)),
            ('content', models.BinaryField(blank=True)),
            ('as_at', models.DateField(blank=True, help_text='Opening balances: the day at whose end they stand.', null=True)),
            ('state', models.CharField(choices=[('checked', 'Waiting to be confirmed'), ('moved_in', 'Moved in'), ('dropped', 'Dropped')], default='checked', max_length=8)),
            ('sent_at', models.DateTimeField()),
            ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consignments_sent', to=settings.AUTH_USER_MODEL)),
            ('decided_at', models.DateTimeField(blank=True, null=True)),
            ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consignments_decided', to=settings.AUTH_USER_MODEL)),
            ('total_minor', models.BigIntegerField(blank=True, help_text='What was moved in, as it was confirmed.', null=True)),
            ('left_out', models.PositiveIntegerField(default=0, help_text='Rows that were bad, and left out on purpose.')),
        ], options={
            'ordering': ['-id'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'checked')), models.Q(models.Q(('state', 'checked'), _negated=True), ('content', b''), ('decided_at__isnull', False)), _connector='OR'), name='consignment_decided_keeps_no_content'),
            ],
        }),
        migrations.CreateModel('Likeness', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='likenesses', to='people.person')),
            ('like', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='likenesses_of', to='people.person')),
            ('reason', models.CharField(max_length=200)),
            ('consignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='likenesses', to='moving.consignment')),
            ('decision', models.CharField(blank=True, choices=[('merged', 'One person'), ('apart', 'Two persons')], max_length=6)),
            ('decided_at', models.DateTimeField(blank=True, null=True)),
            ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='likenesses_decided', to=settings.AUTH_USER_MODEL)),
        ], options={
            'ordering': ['id'],
            'constraints': [
                models.UniqueConstraint(fields=('person', 'like'), name='likeness_proposed_once'),
                models.CheckConstraint(condition=models.Q(('person', models.F('like')), _negated=True), name='likeness_of_two_persons'),
            ],
        }),
        migrations.CreateModel('MovedRow', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('key', models.CharField(max_length=64, unique=True)),
            ('consignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='moving.consignment')),
            ('line', models.PositiveIntegerField()),
        ], options={'ordering': ['consignment', 'line']}),
    ])]
