"""What follows when a page is published or taken down: its readers' version is prepared, or removed, and what shows it is
purged from the page stores.

Wagtail's signals are the one place where every way of publishing meets: the desk, the schedule, an import, the demo.
"""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from pennypress.delivery import purging
from pennypress.newsroom import context, preparing, sourcing, tags
from pennypress.newsroom.models import (
    ArticlePage,
    ContributorPage,
    DirectoryPage,
    FrontPage,
    Paper,
    Picture,
    Rendition,
    SectionPage,
    Source,
    StandardPage,
    TopicPage,
)


@receiver(page_published, sender=ArticlePage)
@transaction.atomic
def prepare_story(instance: ArticlePage, revision: Any = None, **kwargs: Any) -> None:
    """Prepares a story that is live, and keeps the identity of its claims for the next edit."""
    if not instance.live:
        return
    preparing.store(instance)
    # Not all that a story's own page shows stands in its row; and other stories may tell now of what it claims.
    purging.purge(tags.story(instance.pk), tags.SITEMAP, *map(tags.story, sourcing.bear_on(instance.pk)))
    if revision is not None:
        # The revision was written before its new claims had rows. Without their keys the next edit would make them
        # anew, and what other stories say of them, and their addresses, would be lost.
        revision.content = instance.serializable_data()
        revision.save(update_fields=["content"])


@receiver(page_unpublished, sender=ArticlePage)
def remove_story(instance: ArticlePage, **kwargs: Any) -> None:
    preparing.remove(instance)


@receiver(post_page_move)
@transaction.atomic
def moved(instance: Page, **kwargs: Any) -> None:
    """A story in another section stands in that section's lists."""
    context.forget()
    stories = ArticlePage.objects.filter(path__startswith=instance.path)
    preparing.again(stories)
    if issubclass(instance.specific_class, ArticlePage):
        purging.purge(*map(tags.story, stories.values_list("pk", flat=True)), *_ADDRESSED)
    else:
        purging.purge(tags.FURNITURE, *_ADDRESSED)


# What lists addresses, and what was said not to be there.
_ADDRESSED = (tags.MISSING, tags.SITEMAP, tags.NEWS_SITEMAP)


@receiver(page_slug_changed)
def renamed(instance: Page, **kwargs: Any) -> None:
    """A page at a new address: what was said not to be there may be. A section takes its stories along."""
    purging.purge(*_ADDRESSED, *([tags.FURNITURE] if isinstance(instance, SectionPage) else []))


@receiver(page_published, sender=ContributorPage)
@receiver(page_unpublished, sender=ContributorPage)
@transaction.atomic
def contributor_changed(instance: ContributorPage, **kwargs: Any) -> None:
    preparing.again(ArticlePage.objects.filter(contributors__contributor=instance))
    purging.purge(tags.contributor(instance.pk), *_listed(instance))


@receiver(page_published, sender=TopicPage)
@receiver(page_unpublished, sender=TopicPage)
@transaction.atomic
def topic_changed(instance: TopicPage, **kwargs: Any) -> None:
    preparing.again(ArticlePage.objects.filter(topics=instance))
    purging.purge(tags.topic(instance.pk), *_listed(instance))


def _listed(instance: Page) -> tuple[str, ...]:
    """What lists a page of a directory, and what would be shown in its place."""
    return tags.page(instance.get_parent().pk), tags.MISSING, tags.SITEMAP


@receiver(page_published, sender=FrontPage)
def front_changed(instance: FrontPage, **kwargs: Any) -> None:
    purging.purge(tags.FRONT, tags.SITEMAP)


@receiver(page_published, sender=StandardPage)
@receiver(page_unpublished, sender=StandardPage)
@receiver(page_published, sender=DirectoryPage)
@receiver(page_unpublished, sender=DirectoryPage)
def standing_page_changed(instance: Page, **kwargs: Any) -> None:
    purging.purge(tags.page(instance.pk), tags.MISSING, tags.SITEMAP)


@receiver(page_published, sender=SectionPage)
@receiver(page_unpublished, sender=SectionPage)
def section_changed(instance: SectionPage, **kwargs: Any) -> None:
    context.forget()
    purging.purge(tags.section(instance.pk), tags.MISSING, tags.SITEMAP)


@receiver(pre_save, sender=SectionPage)
@receiver(pre_save, sender=StandardPage)
def named_otherwise(instance: Page, **kwargs: Any) -> None:
    """A section is named in the menu and on its stories' cards, a standing page at the foot: on every page of the paper."""
    before = Page.objects.filter(pk=instance.pk).values(*_NAMED).first()
    if before != {field: getattr(instance, field) for field in _NAMED}:
        furniture_changed()


_NAMED = ("title", "url_path", "show_in_menus", "live")


@receiver(post_save, sender=Paper)
@receiver(post_delete, sender=SectionPage)
@receiver(post_delete, sender=StandardPage)
def furniture_changed(**kwargs: Any) -> None:
    context.forget()
    purging.purge(tags.FURNITURE)


@receiver(post_save, sender=PageViewRestriction)
@receiver(post_delete, sender=PageViewRestriction)
def shut_or_opened(instance: PageViewRestriction, **kwargs: Any) -> None:
    """What is no longer for everybody goes at once, wherever it is shown; it may be a whole section."""
    context.forget()
    purging.purge(tags.FURNITURE, tags.SITEMAP, tags.NEWS_SITEMAP)


@receiver(post_save, sender=Redirect)
@receiver(post_delete, sender=Redirect)
def redirected(**kwargs: Any) -> None:
    purging.purge(tags.MISSING)


@receiver(post_save, sender=Source)
@transaction.atomic
def source_changed(instance: Source, created: bool, **kwargs: Any) -> None:
    """A source that goes on background or off the record must leave the printed stories at once."""
    if not created:
        stories = ArticlePage.objects.filter(pk__in=instance.claims.values("page_id"))
        preparing.again(stories)
        purging.purge(*map(tags.story, stories.values_list("pk", flat=True)))


@receiver(post_save, sender=Picture)
@transaction.atomic
def picture_changed(instance: Picture, created: bool, **kwargs: Any) -> None:
    """A picture's words, or the picture itself, stand in the stories that print it and with whose writers it is."""
    if not created:
        holders = ReferenceIndex.get_references_to(instance).values_list("object_id", flat=True)
        pages = [int(pk) for pk in holders if pk.isdecimal()]
        people = ContributorPage.objects.filter(pk__in=pages)
        preparing.again(ArticlePage.objects.filter(pk__in=pages))
        preparing.again(ArticlePage.objects.filter(contributors__contributor__in=people))
        purging.purge(*map(tags.contributor, people.values_list("pk", flat=True)))


@receiver(post_delete, sender=Picture)
@receiver(post_delete, sender=Rendition)
def picture_gone(instance: Picture | Rendition, **kwargs: Any) -> None:
    """A picture that was taken away is shown by no cache: its file goes first, or it could be fetched once more."""
    file: Any = instance.file
    storage, name = file.storage, file.name

    def end() -> None:
        storage.delete(name)
        purging.purge(tags.PICTURES)

    purging.purge(tags.PICTURES)
    transaction.on_commit(end)
