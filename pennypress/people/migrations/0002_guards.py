"""A person's row stays, since the register, the books and the roll point at it; so do merges and the mark of the demo."""

from django.db import migrations

from pennypress import guards


class Migration(migrations.Migration):
    # Until the first release: a paper set up before has run these.
    replaces = [
        ("people", name) for name in ("0002_persons_are_kept", "0003_built_by_the_demo", "0005_merges_are_kept")
    ]
    # Everything that points at people comes after this, and so after Wagtail: Django renders all models that a change
    # touches through their relations, and with ours among them Wagtail's own migrations would take twice as long.
    dependencies = [
        ("people", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtailsearch", "0010_add_text_fields"),
        ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
    ]
    operations = [
        guards.kept(
            "people_person",
            moving=["kind", "name", "email", "address", "postcode", "place", "born_on", "merged_into_id"],
        ),
        guards.append_only("people_personmerge"),
        guards.append_only("people_demomark"),
    ]
