"""The matching screen: what each line seems to be, with the reason; confirmed one by one or in batches."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from pennypress import money
from pennypress.desk import entry, screen
from pennypress.desk.bank import accounts
from pennypress.money import Money
from pennypress.payments.models import BankAccount, Confidence, StatementLine
from pennypress.people import roles
from pennypress.settlement import confirming, matching
from pennypress.settlement.matching import Proposal

# So many lines of each group stand on the page; so many are confirmed by one press.
SHOWN, AT_ONCE = 200, 2_000
_GROUPS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (Confidence.CERTAIN, gettext_lazy("Certain"), gettext_lazy("A reference, a known account or the bank’s own word.")),
    (Confidence.LIKELY, gettext_lazy("Likely"), gettext_lazy("Several things fit. Tick what you agree with.")),
    (Confidence.UNSURE, gettext_lazy("Unsure"), gettext_lazy("One thing fits, or several people do. Look at each.")),
)


@dataclass(frozen=True, slots=True)
class Group:
    """The proposals of one confidence: those on the page, how many there are, and what they come to."""

    confidence: str
    name: str | Promise
    words: str | Promise
    shown: list[Proposal]
    count: int
    sum: Money

    @property
    def is_certain(self) -> bool:
        return self.confidence == Confidence.CERTAIN


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show what waits, by confidence; a POST confirms what is ticked, or all that are certain."""
    account = get_object_or_404(BankAccount.objects.select_related("ledger"), pk=number)
    waiting = matching.waiting(account)
    if request.method != "POST":
        return _shown(request, account, waiting)
    tokens = _all_certain(request, account, waiting) if "all" in request.POST else request.POST.getlist("token")
    if tokens is None:
        messages.error(request, _("The lines have changed since the page was opened. Please look at the sum again."))
        return _shown(request, account, waiting, status=422)
    if not tokens:
        messages.warning(request, _("Tick the lines to confirm."))
        return _shown(request, account, waiting, status=422)
    try:
        found = confirming.proposed(
            lines=_named(waiting, tokens) if "all" not in request.POST else waiting,
            tokens=tokens[:AT_ONCE],
            by=screen.staff(request),
            now=timezone.now(),
            thanks="thanks" in request.POST,
        )
    except confirming.CannotConfirm as refusal:
        messages.error(request, str(refusal))
        return _shown(request, account, matching.waiting(account), status=422)
    messages.success(request, _what_was_confirmed(found, account.currency))
    return redirect("desk_bank_match", number=account.pk)


def _what_was_confirmed(found: list, currency: str) -> str:
    summed = money.total([match.line.amount for match in found], currency)
    words = ngettext("%(number)d line confirmed, %(sum)s.", "%(number)d lines confirmed, %(sum)s.", len(found))
    return words % {"number": len(found), "sum": summed}


def _all_certain(request: HttpRequest, account: BankAccount, waiting: list[StatementLine]) -> list[str] | None:
    """The tokens of all that are certain; None where they are no longer as many, or no longer come to the sum shown."""
    certain = [one for one in matching.propose(waiting).values() if one.confidence == Confidence.CERTAIN]
    summed = money.total([one.line.amount for one in certain], account.currency)
    shown = (request.POST.get("count"), request.POST.get("sum"))
    return [one.token for one in certain] if shown == (str(len(certain)), str(summed.minor)) else None


def _named(waiting: list[StatementLine], tokens: list[str]) -> list[StatementLine]:
    """All lines up to the last that is named: what is proposed for a line depends on those before it."""
    numbers = {token.split(":")[0] for token in tokens}
    last = max((index for index, line in enumerate(waiting) if str(line.pk) in numbers), default=-1)
    return waiting[: last + 1]


def _shown(request: HttpRequest, account: BankAccount, waiting: list[StatementLine], status: int = 200) -> HttpResponse:
    proposals = matching.propose(waiting)
    unknown = [line for line in waiting if line.pk not in proposals]
    context = {
        "account": account,
        "groups": [group for group in _groups(list(proposals.values()), account.currency) if group.count],
        "unknown": unknown[:SHOWN],
        "unknown_count": len(unknown),
        "unknown_sum": money.total([line.amount for line in unknown], account.currency),
        "count": len(waiting),
        "sum": money.total([line.amount for line in waiting], account.currency),
        "at_once": AT_ONCE,
    }
    return screen.show(
        request,
        "desk/bank/match.html",
        title=_("Match"),
        icon="check",
        above=[accounts.above()],
        status=status,
        context=context,
    )


def _groups(proposals: list[Proposal], currency: str) -> list[Group]:
    groups = []
    for confidence, name, words in _GROUPS:
        of_it = [one for one in proposals if one.confidence == confidence]
        summed = money.total([one.line.amount for one in of_it], currency)
        groups.append(Group(confidence, name, words, of_it[:SHOWN], len(of_it), summed))
    return groups
