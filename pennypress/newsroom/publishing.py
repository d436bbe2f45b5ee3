"""What follows when a page is published or taken down: its readers' version is prepared, or removed.

Wagtail's signals are the one place where every way of publishing meets: the desk, the schedule, an import, the demo.
"""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, ReferenceIndex
from wagtail.signals import page_published, page_unpublished, post_page_move

from pennypress.newsroom import context, preparing
from pennypress.newsroom.models import (
    ArticlePage,
    ContributorPage,
    Paper,
    Picture,
    SectionPage,
    Source,
    StandardPage,
    TopicPage,
)


@receiver(page_published, sender=ArticlePage)
def prepare_story(instance: ArticlePage, revision: Any = None, **kwargs: Any) -> None:
    """Prepares a story that is live, and keeps the identity of its claims for the next edit."""
    if not instance.live:
        return
    preparing.store(instance)
    if revision is not None:
        # The revision was written before its new claims had rows. Without their keys the next edit would make them
        # anew, and what other stories say of them, and their addresses, would be lost.
        revision.content = instance.serializable_data()
        revision.save(update_fields=["content"])


@receiver(page_unpublished, sender=ArticlePage)
def remove_story(instance: ArticlePage, **kwargs: Any) -> None:
    preparing.remove(instance)


@receiver(post_page_move)
def moved(instance: Page, **kwargs: Any) -> None:
    """A story in another section stands in that section's lists."""
    context.forget()
    preparing.again(ArticlePage.objects.filter(path__startswith=instance.path))


@receiver(page_published, sender=ContributorPage)
@receiver(page_unpublished, sender=ContributorPage)
def contributor_changed(instance: ContributorPage, **kwargs: Any) -> None:
    preparing.again(ArticlePage.objects.filter(contributors__contributor=instance))


@receiver(page_published, sender=TopicPage)
@receiver(page_unpublished, sender=TopicPage)
def topic_changed(instance: TopicPage, **kwargs: Any) -> None:
    preparing.again(ArticlePage.objects.filter(topics=instance))


@receiver(page_published, sender=SectionPage)
@receiver(page_unpublished, sender=SectionPage)
@receiver(page_published, sender=StandardPage)
@receiver(page_unpublished, sender=StandardPage)
@receiver(post_save, sender=Paper)
@receiver(post_delete, sender=SectionPage)
@receiver(post_delete, sender=StandardPage)
def furniture_changed(**kwargs: Any) -> None:
    context.forget()


@receiver(post_save, sender=Source)
def source_changed(instance: Source, created: bool, **kwargs: Any) -> None:
    """A source that goes on background or off the record must leave the printed stories at once."""
    if not created:
        preparing.again(ArticlePage.objects.filter(pk__in=instance.claims.values("page_id")))


@receiver(post_save, sender=Picture)
def picture_changed(instance: Picture, created: bool, **kwargs: Any) -> None:
    if not created:
        holders = ReferenceIndex.get_references_to(instance).values_list("object_id", flat=True)
        preparing.again(ArticlePage.objects.filter(pk__in=[int(pk) for pk in holders if pk.isdecimal()]))
