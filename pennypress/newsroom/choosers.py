"""How an editor finds a claim of another story, and a source."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from pennypress.newsroom.models import Claim, Source


class ClaimFilter(BaseFilterForm):
    q = forms.CharField(label=_("Words of the claim, its story or its source"), required=False)

    def filter(self, objects: QuerySet[Claim]) -> QuerySet[Claim]:
        words = self.cleaned_data.get("q", "").split()
        for word in words[:12]:
            objects = objects.filter(
                Q(says__icontains=word) | Q(page__title__icontains=word) | Q(source__name__icontains=word)
            )
        return objects


class _Claims:
    """Claims of published stories, the newest first, each with its story: those alone can be pointed at."""

    filter_form_class = ClaimFilter
    ordering = ["-page__first_published_at", "sort_order"]

    def get_object_list(self) -> QuerySet[Claim]:
        return Claim.objects.filter(page__live=True).select_related("page", "source").defer("page__body")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("source", label=_("Who says so"), accessor="source"),
            Column("page", label=_("Story"), accessor="page.title"),
            DateColumn("published", label=_("Published"), accessor="page.first_published_at"),
        ]


class ChooseClaim(_Claims, chooser.ChooseView):
    pass


class ChooseClaimResults(_Claims, chooser.ChooseResultsView):
    pass


class ClaimChooser(ChooserViewSet):
    model = Claim
    icon = "openquote"
    choose_one_text = _("Choose a claim of another story")
    choose_another_text = _("Choose another claim")
    choose_view_class = ChooseClaim
    choose_results_view_class = ChooseClaimResults
    register_widget = True


class Sources(SnippetViewSet):
    model = Source
    icon = "group"
    add_to_admin_menu = True
    menu_label: Any = _("Sources")
    menu_order = 320
    list_display = ["name", "affiliation", "kind", "standing"]
    list_filter = ["kind", "standing"]
    search_fields = ["name", "affiliation"]
