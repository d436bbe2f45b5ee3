"""Every paper has a front page, and directories for its contributors and topics, from its first day."""

from django.db import migrations

STEP = 4


def lay_out(apps, schema_editor):
    page_model = apps.get_model("wagtailcore", "Page")
    root = page_model.objects.filter(depth=1).order_by("path").first()
    if root is None or apps.get_model("newsroom", "FrontPage").objects.exists():
        return
    _remove_welcome(apps, page_model, root)
    front = _add(apps, "FrontPage", parent=root, step=1, title="Front page", slug="front")
    apps.get_model("wagtailcore", "Site").objects.update(root_page_id=front.pk)
    for step, title in enumerate(("Contributors", "Topics"), start=1):
        _add(apps, "DirectoryPage", parent=front, step=step, title=title, slug=title.lower())
    root.numchild = 1
    root.save(update_fields=["numchild"])


def _remove_welcome(apps, page_model, root):
    site_model = apps.get_model("wagtailcore", "Site")
    kept = list(site_model.objects.values_list("pk", flat=True))
    site_model.objects.filter(pk__in=kept).update(root_page_id=root.pk)
    page_model.objects.filter(depth=2).delete()


def _add(apps, model, *, parent, step, title, slug):
    kind, _created = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="newsroom", model=model.lower()
    )
    locale = apps.get_model("wagtailcore", "Locale").objects.order_by("pk").first()
    page = apps.get_model("newsroom", model).objects.create(
        title=title,
        draft_title=title,
        slug=slug,
        path=f"{parent.path}{step:0{STEP}d}",
        depth=parent.depth + 1,
        numchild=0,
        url_path=f"{parent.url_path}{slug}/",
        content_type=kind,
        locale=locale,
        live=True,
    )
    parent.numchild = step
    parent.save(update_fields=["numchild"])
    return page


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0002_guards")]

    # Taking the pages away again would take every story with them: undone by hand, if ever.
    operations = [migrations.RunPython(lay_out, migrations.RunPython.noop)]
