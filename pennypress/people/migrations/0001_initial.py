"""Persons, whom the register, the books and the roll point at, and the users who log in."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    # Until the first release: a paper set up before has run these.
    replaces = [('people', name) for name in (
        '0004_merging',
    )]
    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Person', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('individual', 'A person'), ('organisation', 'An organisation')], default='individual', max_length=12)),
            ('name', models.CharField(max_length=200)),
            ('email', models.EmailField(blank=True, help_text='Case-folded. Two people may share an address.', max_length=254)),
            ('address', models.TextField(blank=True, help_text='Postal address, one line each.')),
            ('postcode', models.CharField(blank=True, max_length=16)),
            ('place', models.CharField(blank=True, max_length=80)),
            ('born_on', models.DateField(blank=True, null=True)),
            ('recorded_at', models.DateTimeField()),
            ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='people.person')),
        ], options={
            'ordering': ['name', 'id'],
            'indexes': [models.Index(fields=['email'], name='people_pers_email_52ffb2_idx')],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='person_has_a_name'),
                models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='person_not_merged_into_itself'),
            ],
        }),
        migrations.CreateModel('User', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('password', models.CharField(max_length=128, verbose_name='password')),
            ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
            ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
            ('email', models.EmailField(max_length=254, unique=True)),
            ('name', models.CharField(blank=True, max_length=200)),
            ('person', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='login', to='people.person')),
            ('is_staff', models.BooleanField(default=False)),
            ('is_active', models.BooleanField(default=True)),
            ('date_joined', models.DateTimeField(default=django.utils.timezone.now)),
            ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
            ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
        ], options={'ordering': ['email']}),
        migrations.CreateModel('DemoMark', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('marked_at', models.DateTimeField()),
            ('only', models.BooleanField(default=True, editable=False, unique=True)),
        ], options={
            'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='one_demo_mark')],
        }),
        migrations.CreateModel('PersonMerge', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('duplicate', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='merge', to='people.person')),
            ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='people.person')),
            ('merged_at', models.DateTimeField()),
            ('merged_by', models.ForeignKey(blank=True, help_text='Empty: the system.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merges', to=settings.AUTH_USER_MODEL)),
        ], options={
            'ordering': ['id'],
            'constraints': [models.CheckConstraint(condition=models.Q(('duplicate', models.F('into')), _negated=True), name='merge_of_two_persons')],
        }),
    ])]
