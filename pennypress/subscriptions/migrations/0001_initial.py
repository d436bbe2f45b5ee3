"""Products, and who subscribes to them until when."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ('payments', '0001_initial'),
        ('people', '0002_guards'),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Product', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('name', models.CharField(max_length=100)),
            ('price_minor', models.BigIntegerField()),
            ('currency', models.CharField(max_length=3)),
            ('months', models.PositiveSmallIntegerField()),
            ('includes_epaper', models.BooleanField(default=True, help_text='Its subscribers may read the e-paper.')),
            ('active_from', models.DateField()),
            ('active_until', models.DateField(blank=True, help_text='The first day on which it is not offered.', null=True)),
        ], options={
            'ordering': ['name', 'active_from', 'id'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_has_a_name'),
                models.CheckConstraint(condition=models.Q(('price_minor__gt', 0)), name='product_price_above_zero'),
                models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months__lte', 120)), name='product_lasts_months'),
                models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='product_currency_iso'),
                models.CheckConstraint(condition=models.Q(('active_until__isnull', True), ('active_until__gte', models.F('active_from')), _connector='OR'), name='product_ends_after_it_begins'),
            ],
        }),
        migrations.CreateModel('SubscriptionOrder', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='subscriptions.product')),
            ('payment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='subscription_order', to='payments.payment')),
            ('ordered_at', models.DateTimeField()),
        ], options={'ordering': ['id']}),
        migrations.CreateModel('Subscription', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('allocation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='payments.allocation')),
            ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='subscriptions.product')),
            ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='people.person')),
            ('starts_on', models.DateField()),
            ('ends_on', models.DateField()),
            ('ended_on', models.DateField(blank=True, help_text='The first day without it, where its money went back.', null=True)),
            ('begun_at', models.DateTimeField()),
        ], options={
            'ordering': ['starts_on', 'id'],
            'indexes': [models.Index(fields=['person', 'ends_on'], name='subscription_by_person')],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='subscription_lasts'),
                models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), models.Q(('ended_on__gte', models.F('starts_on')), ('ended_on__lt', models.F('ends_on'))), _connector='OR'), name='subscription_ends_within_its_days'),
                models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('allocation',), name='subscription_once_for_its_money'),
            ],
        }),
    ])]
