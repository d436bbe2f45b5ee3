"""Who is known already: found while typing a name, a place or an e-mail address, by a list or a step of searching.

What is chosen reads "Ann Lee, Leeds (no. 12)": the number says who is meant where two share a name.
"""

import re
from typing import Any

from django import forms
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pennypress.desk import entry, screen
from pennypress.people import persons, roles
from pennypress.people.models import Person

LISTED, FOUND = 400, 20
_NUMBERED = re.compile(r"\(no\. (\d{1,18})\)\s*$")


class Somebody:
    """A name as it was typed or chosen, and the person meant, if one was chosen."""

    def __init__(self, name: str, person: Person | None = None) -> None:
        self.name, self.person = name, person


class NameField(forms.CharField):
    """A name; chosen from the list of those known, it says who. Its clean value is `Somebody`."""

    def __init__(self, **options: Any) -> None:
        keyboard = forms.TextInput(attrs={"list": "known", "autocomplete": "off", "data-known": ""})
        super().__init__(max_length=250, **{"required": False, "widget": keyboard, **options})

    def clean(self, value: Any) -> Somebody:
        typed = super().clean(value) or ""
        found = _NUMBERED.search(typed)
        if found is None:
            if len(typed) > 200:
                raise forms.ValidationError(_("That name is too long: 200 characters at most."))
            return Somebody(typed)
        person = Person.objects.filter(pk=int(found[1])).first()
        if person is None:
            raise forms.ValidationError(_("Nobody has the number %(number)s.") % {"number": found[1]})
        person = persons.current(person)
        return Somebody(person.name, person)


def option(person: Person) -> str:
    """This function will write a person as one chooses them: name, place and number."""
    return ", ".join(word for word in (person.name, person.place) if word) + f" (no. {person.pk})"


def lately() -> QuerySet[Person]:
    """This function will give those who paid last, for the list that is open while one types."""
    paid = Person.objects.filter(merged_into=None, receipts__isnull=False)
    return paid.annotate(last=Max("receipts__id")).order_by("-last")[:LISTED]


def like(words: str) -> QuerySet[Person]:
    """This function will find those whose name, place or e-mail address has each of the words."""
    found = Person.objects.filter(merged_into=None)
    for word in words.replace("\x00", "").split()[:6]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(place__icontains=word))
    return found.order_by("name", "id")


@entry.open_to(roles.TREASURER)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """This view will find people the paper knows, with the words by which the forms know them again."""
    words = request.GET.get("q", "").strip()[:100]
    found = list(like(words)[:FOUND]) if words else []
    if request.GET.get("as") == "json":
        return JsonResponse({"known": [{"value": option(one), "label": one.email} for one in found]})
    context = {"asked": words, "found": [(one, option(one)) for one in found], "most": FOUND}
    return screen.show(request, "desk/post/people.html", title=_("Who is known"), icon="group", context=context)
