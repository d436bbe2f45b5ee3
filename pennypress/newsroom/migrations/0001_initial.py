"""Pictures, pages and stories, claims with their sources, and columns of the fund."""

import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import taggit.managers
import wagtail.fields
import wagtail.images.models
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models

import pennypress.newsroom.models.addressed
import pennypress.newsroom.models.pages
from pennypress import tables


class Migration(migrations.Migration):
    initial = True
    # Until the first release: a paper set up before has run these.
    replaces = [('newsroom', name) for name in (
        '0002_stories', '0004_search_prepared', '0005_claim_evidence', '0040_columns',
    )]
    dependencies = [
        ('giving', '0001_initial'),
        ('payments', '0001_initial'),
        ('people', '0002_guards'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [tables.CreateTogether([
        migrations.CreateModel('Picture', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
            ('title', models.CharField(max_length=255, verbose_name='title')),
            ('file', wagtail.images.models.WagtailImageField(height_field='height', upload_to=wagtail.images.models.get_upload_to, verbose_name='file', width_field='width')),
            ('description', models.CharField(blank=True, default='', max_length=255, verbose_name='description')),
            ('width', models.IntegerField(editable=False, verbose_name='width')),
            ('height', models.IntegerField(editable=False, verbose_name='height')),
            ('created_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='created at')),
            ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ('focal_point_x', models.PositiveIntegerField(blank=True, null=True)),
            ('focal_point_y', models.PositiveIntegerField(blank=True, null=True)),
            ('focal_point_width', models.PositiveIntegerField(blank=True, null=True)),
            ('focal_point_height', models.PositiveIntegerField(blank=True, null=True)),
            ('file_size', models.PositiveIntegerField(editable=False, null=True)),
            ('file_hash', models.CharField(blank=True, db_index=True, editable=False, max_length=40)),
            ('caption', models.CharField(blank=True, max_length=300, verbose_name='caption')),
            ('credit', models.CharField(blank=True, max_length=120, verbose_name='credit')),
            ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
        ], options={'abstract': False}, bases=(wagtail.images.models.ImageFileMixin, modelsearch.index.Indexed, models.Model)),
        migrations.CreateModel('Rendition', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('filter_spec', models.CharField(db_index=True, max_length=255)),
            ('file', wagtail.images.models.WagtailImageField(height_field='height', storage=wagtail.images.models.get_rendition_storage, upload_to=wagtail.images.models.get_rendition_upload_to, width_field='width')),
            ('width', models.IntegerField(editable=False)),
            ('height', models.IntegerField(editable=False)),
            ('focal_point_key', models.CharField(blank=True, default='', editable=False, max_length=16)),
            ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='newsroom.picture')),
        ], options={
            'constraints': [models.UniqueConstraint(fields=('image', 'filter_spec', 'focal_point_key'), name='one_rendition_a_filter')],
        }, bases=(wagtail.images.models.ImageFileMixin, models.Model)),
        migrations.CreateModel('DirectoryPage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
        ], options={'verbose_name': 'directory'}, bases=(pennypress.newsroom.models.pages.AtTheRoot, 'wagtailcore.page')),
        migrations.CreateModel('Paper', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('masthead', models.CharField(default='Pennypress', max_length=60, verbose_name='masthead')),
            ('strapline', models.CharField(blank=True, max_length=120, verbose_name='strapline')),
            ('accent', models.CharField(choices=[('red', "Printer's red"), ('blue', 'Ink blue'), ('green', 'Bottle green'), ('plum', 'Plum')], default='red', max_length=8, verbose_name='accent')),
        ], options={'verbose_name': 'the paper'}),
        migrations.CreateModel('SectionPage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ('standfirst', models.CharField(blank=True, max_length=300, verbose_name='standfirst')),
        ], options={'verbose_name': 'section'}, bases=(pennypress.newsroom.models.pages.AtTheRoot, 'wagtailcore.page')),
        migrations.CreateModel('StandardPage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ('standfirst', models.CharField(blank=True, max_length=300, verbose_name='standfirst')),
            ('text', wagtail.fields.RichTextField(blank=True, verbose_name='text')),
        ], options={'verbose_name': 'standing page'}, bases=(pennypress.newsroom.models.pages.AtTheRoot, 'wagtailcore.page')),
        migrations.CreateModel('TopicPage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ('standfirst', models.CharField(blank=True, max_length=300, verbose_name='standfirst')),
        ], options={'verbose_name': 'topic'}, bases=(pennypress.newsroom.models.addressed.Addressed, 'wagtailcore.page')),
        migrations.CreateModel('ArticlePage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ('web_headline', models.CharField(blank=True, help_text='For search engines and sharing. Empty: the headline.', max_length=160, verbose_name='web headline')),
            ('kicker', models.CharField(blank=True, max_length=60, verbose_name='kicker')),
            ('standfirst', models.CharField(blank=True, max_length=400, verbose_name='standfirst')),
            ('dateline', models.CharField(blank=True, help_text='Where it was written.', max_length=80, verbose_name='dateline')),
            ('lead_picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsroom.picture', verbose_name='lead picture')),
            ('lead_caption', models.CharField(blank=True, help_text='Empty: the caption kept with the picture.', max_length=300, verbose_name='caption')),
            ('lead_credit', models.CharField(blank=True, max_length=120, verbose_name='credit')),
            ('is_opinion', models.BooleanField(default=False, help_text='Set apart from news on every page.', verbose_name='opinion')),
            ('body', wagtail.fields.StreamField([('text', 0), ('crosshead', 1), ('pull_quote', 4), ('picture', 8), ('list', 10), ('fact_box', 13)], blank=True, block_lookup={
                0: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'figure'], 'icon': 'pilcrow', 'label': 'Text'}),
                1: ('wagtail.blocks.CharBlock', (), {'icon': 'title', 'label': 'Crosshead', 'max_length': 80}),
                2: ('wagtail.blocks.TextBlock', (), {'help_text': 'Without quotation marks: they are set for you.', 'label': 'Words'}),
                3: ('wagtail.blocks.CharBlock', (), {'label': 'Speaker', 'max_length': 120, 'required': False}),
                4: ('wagtail.blocks.StructBlock', [[('text', 2), ('speaker', 3)]], {}),
                5: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}),
                6: ('wagtail.blocks.CharBlock', (), {'help_text': "Empty: the picture's.", 'label': 'Caption', 'max_length': 300, 'required': False}),
                7: ('wagtail.blocks.CharBlock', (), {'help_text': "Empty: the picture's.", 'label': 'Credit', 'max_length': 120, 'required': False}),
                8: ('wagtail.blocks.StructBlock', [[('picture', 5), ('caption', 6), ('credit', 7)]], {}),
                9: ('wagtail.blocks.TextBlock', (), {'label': 'Line', 'rows': 2}),
                10: ('wagtail.blocks.ListBlock', (9,), {'icon': 'list-ul', 'label': 'List'}),
                11: ('wagtail.blocks.CharBlock', (), {'label': 'Title', 'max_length': 120}),
                12: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'link', 'figure', 'ul'], 'label': 'Facts'}),
                13: ('wagtail.blocks.StructBlock', [[('title', 11), ('text', 12)]], {}),
            }, verbose_name='story')),
            ('topics', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='stories', to='newsroom.topicpage', verbose_name='topics')),
        ], options={'verbose_name': 'article'}, bases=(pennypress.newsroom.models.addressed.Addressed, 'wagtailcore.page')),
        migrations.CreateModel('ContributorPage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ('role', models.CharField(blank=True, help_text='As printed: “Industrial correspondent”.', max_length=80, verbose_name='role')),
            ('place', models.CharField(blank=True, max_length=80, verbose_name='place')),
            ('bio', models.TextField(blank=True, max_length=1000, verbose_name='about')),
            ('portrait', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsroom.picture', verbose_name='portrait')),
        ], options={'verbose_name': 'contributor'}, bases=(pennypress.newsroom.models.addressed.Addressed, 'wagtailcore.page')),
        migrations.CreateModel('FrontPage', [
            ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
            ('splash', models.ForeignKey(blank=True, help_text="The day's main story. Empty: the newest.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='newsroom.articlepage', verbose_name='splash')),
        ], options={'verbose_name': 'front page'}, bases=(pennypress.newsroom.models.addressed.Addressed, 'wagtailcore.page')),
        migrations.CreateModel('FrontNib', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
            ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsroom.articlepage', verbose_name='story')),
            ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='nibs', to='newsroom.frontpage')),
        ], options={'abstract': False, 'ordering': ['sort_order']}),
        migrations.CreateModel('FrontLead', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
            ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsroom.articlepage', verbose_name='story')),
            ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='newsroom.frontpage')),
        ], options={'abstract': False, 'ordering': ['sort_order']}),
        migrations.CreateModel('Source', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('kind', models.CharField(choices=[('person', 'A person'), ('organisation', 'An organisation'), ('document', 'A document')], default='person', max_length=12, verbose_name='kind')),
            ('name', models.CharField(help_text='Printed only where the standing is “named” or “document”.', max_length=160, verbose_name='name')),
            ('affiliation', models.CharField(blank=True, help_text='Printed with the name; for a source on background it is all that is printed, so let it name nobody.', max_length=200, verbose_name='affiliation')),
            ('standing', models.CharField(choices=[('named', 'Named'), ('on_background', 'On background: never named in print'), ('off_record', 'Off the record: never printed at all'), ('document', 'Document')], default='named', max_length=14, verbose_name='standing')),
        ], options={
            'verbose_name': 'source',
            'verbose_name_plural': 'sources',
            'ordering': ['name'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='source_has_a_name'),
                models.UniqueConstraint(fields=('name', 'affiliation', 'standing'), name='one_source_a_name'),
            ],
        }, bases=(modelsearch.index.Indexed, models.Model)),
        migrations.CreateModel('Claim', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
            ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='newsroom.articlepage')),
            ('says', models.CharField(help_text='One sentence, in our words.', max_length=400, verbose_name='what is claimed')),
            ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='newsroom.source', verbose_name='who says so')),
            ('made_on', models.DateField(blank=True, null=True, verbose_name='on the day')),
            ('made_text', models.CharField(blank=True, help_text='Where no day is known: “in January”, “last year”.', max_length=60, verbose_name='or, when')),
            ('evidence', models.CharField(blank=True, help_text='A document, a recording, what was seen; or “none given”.', max_length=200, verbose_name='what it rests on')),
            ('anchor', models.CharField(blank=True, help_text='The exact words in the text that the mark stands after. Leave empty for no mark.', max_length=300, verbose_name='words in the story')),
        ], options={'abstract': False, 'ordering': ['sort_order'], 'verbose_name': 'claim', 'verbose_name_plural': 'claims'}),
        migrations.CreateModel('ClaimRelation', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('from_claim', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='newsroom.claim')),
            ('kind', models.CharField(choices=[('repeats', 'Repeats'), ('supports', 'Supports'), ('denies', 'Denies'), ('answers', 'Answers')], max_length=10, verbose_name='it')),
            ('to_number', models.PositiveSmallIntegerField(blank=True, help_text='1 is the first claim of this story.', null=True, verbose_name='claim number, in this story')),
            ('to_claim', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='borne_on_by', to='newsroom.claim', verbose_name='or a claim in another story')),
        ], options={
            'constraints': [models.CheckConstraint(condition=models.Q(('to_number__isnull', True), ('to_claim__isnull', True), _connector='OR'), name='relation_has_one_target')],
        }),
        migrations.CreateModel('ArticleContributor', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
            ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributors', to='newsroom.articlepage')),
            ('contributor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bylines', to='newsroom.contributorpage', verbose_name='contributor')),
        ], options={
            'ordering': ['sort_order'],
            'abstract': False,
            'constraints': [models.UniqueConstraint(fields=('page', 'contributor'), name='one_byline_a_contributor')],
        }),
        migrations.CreateModel('PreparedArticle', [
            ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='prepared', serialize=False, to='newsroom.articlepage')),
            ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='newsroom.sectionpage')),
            ('headline', models.CharField(max_length=255)),
            ('kicker', models.CharField(blank=True, max_length=60)),
            ('standfirst', models.CharField(blank=True, max_length=400)),
            ('byline', models.JSONField(default=list)),
            ('topics', models.JSONField(default=list)),
            ('writer', models.JSONField(null=True)),
            ('is_opinion', models.BooleanField(default=False)),
            ('picture', models.JSONField(null=True)),
            ('card_picture', models.JSONField(null=True)),
            ('words', models.PositiveIntegerField(default=0)),
            ('body_html', models.TextField(blank=True)),
            ('folded_headline', models.TextField(blank=True)),
            ('folded_text', models.TextField(blank=True)),
            ('published_at', models.DateTimeField()),
            ('updated_at', models.DateTimeField(null=True)),
            ('prepared_at', models.DateTimeField()),
        ], options={
            'indexes': [
                models.Index(fields=['-published_at'], name='prepared_newest'),
                models.Index(fields=['section', '-published_at'], name='prepared_section_newest'),
            ],
        }, bases=(modelsearch.index.Indexed, models.Model)),
        migrations.CreateModel('Column', [
            ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='column', serialize=False, to='newsroom.articlepage')),
            ('appeal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='columns', to='giving.appeal')),
            ('first_on', models.DateField()),
            ('last_on', models.DateField()),
            ('drafted_at', models.DateTimeField()),
            ('frozen_at', models.DateTimeField(blank=True, null=True)),
            ('as_of_entry', models.BigIntegerField(blank=True, help_text='The last entry of the books it knew.', null=True)),
            ('figures', models.JSONField(blank=True, default=dict)),
            ('parked_at', models.DateTimeField(blank=True, null=True)),
            ('parked_reason', models.TextField(blank=True)),
        ], options={
            'ordering': ['last_on', 'drafted_at'],
            'constraints': [
                models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='column_ends_after_it_begins'),
                models.CheckConstraint(condition=models.Q(models.Q(('as_of_entry__isnull', True), ('figures', {}), ('frozen_at__isnull', True)), models.Q(('as_of_entry__isnull', False), ('frozen_at__isnull', False)), _connector='OR'), name='column_frozen_with_its_figures'),
            ],
        }),
        migrations.CreateModel('ColumnGift', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('column', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gifts', to='newsroom.column')),
            ('number', models.PositiveSmallIntegerField()),
            ('allocation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='thanked_in', to='payments.allocation')),
            ('words', models.CharField(blank=True, max_length=600)),
            ('method', models.CharField(choices=[('card', 'Card'), ('direct_debit', 'Direct Debit'), ('standing_order', 'Standing order'), ('bank_transfer', 'Bank transfer'), ('cheque', 'Cheque'), ('cash', 'Cash'), ('collection', 'Collection'), ('card_by_phone', 'Card by telephone'), ('paypal', 'PayPal')], max_length=20)),
            ('is_grouped', models.BooleanField(default=False, help_text='Counted among those who wish no thanks.')),
            ('is_again', models.BooleanField(default=False, help_text='Thanked before, and chosen again.')),
            ('drafted_minor', models.BigIntegerField()),
            ('printed_minor', models.BigIntegerField(blank=True, null=True)),
        ], options={
            'ordering': ['column', 'number'],
            'constraints': [
                models.UniqueConstraint(fields=('column', 'number'), name='column_numbers_its_gifts'),
                models.UniqueConstraint(fields=('column', 'allocation'), name='column_thanks_once'),
                models.UniqueConstraint(condition=models.Q(('is_again', False)), fields=('allocation',), name='gift_thanked_in_one_column'),
            ],
        }),
        migrations.CreateModel('ColumnCorrection', [
            ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ('column', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='newsroom.column')),
            ('number', models.PositiveSmallIntegerField()),
            ('gift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='newsroom.columngift')),
            ('from_minor', models.BigIntegerField()),
            ('to_minor', models.BigIntegerField()),
        ], options={
            'ordering': ['column', 'number'],
            'constraints': [
                models.UniqueConstraint(fields=('column', 'number'), name='column_numbers_its_corrections'),
                models.CheckConstraint(condition=models.Q(('from_minor', models.F('to_minor')), _negated=True), name='correction_corrects'),
            ],
        }),
    ])]
