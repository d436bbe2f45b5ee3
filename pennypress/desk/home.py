"""The first screen: what needs this member of staff today, by role, with counts that lead to what they count."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from pennypress import days
from pennypress.desk import outbox, screen
from pennypress.giving import expectations, meter
from pennypress.letters.models import LetterState
from pennypress.money import Money, display
from pennypress.payments import breaker, receipts, reconciliation, slips
from pennypress.payments.models import (
    Match,
    OrderState,
    PayingInSlip,
    Payment,
    PaymentState,
    Receipt,
    RefundOrder,
    SlipState,
    StatementLine,
)
from pennypress.people import roles
from pennypress.people.models import User
from pennypress.shares.models import Application, ApplicationState
from pennypress.society import rulebook
from pennypress.society.models import Society


@dataclass(frozen=True, slots=True)
class Need:
    """One line of the first screen: how many (or how much), of what, and where they are seen."""

    figure: str
    words: str | Promise
    address: str
    urgent: bool = False


class NeedsYou(Component):
    """The panel at the top of the first screen."""

    order = 50
    template_name = "desk/home/needs_you.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: object = None) -> dict[str, object]:
        user = screen.staff(self.request)
        groups: list[tuple[str, list[Need]]] = []
        if not Society.objects.exists():
            return {"groups": groups, "unfounded": True}
        if roles.holds(user, roles.TREASURER):
            groups.append((_("Treasurer"), list(_treasurer(user))))
        if roles.holds(user, roles.SECRETARY):
            groups.append((_("Secretary"), list(_secretary(user))))
        if roles.holds(user, roles.EDITOR):
            groups.append((_("Editor"), list(_editor())))
        return {"groups": groups}


def _treasurer(user: User) -> Iterator[Need]:
    currency = rulebook.society().currency
    today = screen.today()
    received = Receipt.objects.filter(received_on=today, currency=currency)
    amount = Money(received.aggregate(total=Sum("amount_minor"))["total"] or 0, currency)
    yield Need(display(amount, pence=False), _("received today"), f"{reverse('desk_receipts')}?from={today}&to={today}")
    yield from _fund()
    yield from _drawer(currency)
    yield from _bank()
    long_ago = days.start_of(today, timezone.get_default_timezone())
    waiting = Payment.objects.filter(state=PaymentState.PENDING, started_at__lt=long_ago).count()
    words = ngettext("payment unconfirmed since yesterday", "payments unconfirmed since yesterday", waiting)
    yield Need(str(waiting), words, f"{reverse('desk_receipts')}?waiting=1", urgent=waiting > 0)
    yield _breaker()
    yield from _going_back()
    yield from _letters(user)


def _drawer(currency: str) -> Iterator[Need]:
    """What is in hand and on no slip, slips not yet paid in, and what waits for a purpose."""
    in_hand = slips.waiting(currency).count()
    words = ngettext("receipt to take to the bank", "receipts to take to the bank", in_hand)
    yield Need(str(in_hand), words, reverse("desk_slips"), urgent=in_hand > 0)
    drawn = PayingInSlip.objects.filter(state=SlipState.OPEN).count()
    if drawn:
        words = ngettext("slip drawn and not yet paid in", "slips drawn and not yet paid in", drawn)
        yield Need(str(drawn), words, reverse("desk_slips"), urgent=True)
    unallocated = receipts.waiting_for_a_purpose(currency).count()
    words = ngettext("sum waiting for a purpose", "sums waiting for a purpose", unallocated)
    yield Need(str(unallocated), words, reverse("desk_unallocated"), urgent=unallocated > 0)


def _going_back() -> Iterator[Need]:
    address = reverse("desk_refunds")
    asked = RefundOrder.objects.filter(state=OrderState.ASKED).count()
    if asked:
        words = ngettext("refund waits for a second person", "refunds wait for a second person", asked)
        yield Need(str(asked), words, f"{address}?state={OrderState.ASKED}", urgent=True)
    by_hand = RefundOrder.objects.filter(state=OrderState.APPROVED, payment=None).count()
    if by_hand:
        words = ngettext("refund to be paid back by you", "refunds to be paid back by you", by_hand)
        yield Need(str(by_hand), words, f"{address}?state={OrderState.APPROVED}", urgent=True)
    failed = RefundOrder.objects.filter(state=OrderState.FAILED).count()
    if failed:
        words = ngettext("refund that did not go", "refunds that did not go", failed)
        yield Need(str(failed), words, f"{address}?state={OrderState.FAILED}", urgent=True)
    left = len(reconciliation.unrepaired())
    if left:
        words = ngettext("difference with a provider to look into", "differences with providers to look into", left)
        yield Need(str(left), words, reverse("desk_compared"), urgent=True)


def _bank() -> Iterator[Need]:
    lines = StatementLine.objects.exclude(
        pk__in=Match.objects.filter(undoes=None, undone_by=None).values("line")
    ).count()
    words = ngettext("line of the bank to match", "lines of the bank to match", lines)
    yield Need(str(lines), words, reverse("desk_bank"), urgent=lines > 0)
    late = len(expectations.missing(on=screen.today()))
    words = ngettext("standing order expected and missing", "standing orders expected and missing", late)
    yield Need(str(late), words, reverse("desk_standing_orders_missing"))


def _secretary(user: User) -> Iterator[Need]:
    paid = Application.objects.filter(state=ApplicationState.PAID).count()
    words = ngettext("application to allot", "applications to allot", paid)
    yield Need(str(paid), words, reverse("desk_applications"), urgent=paid > 0)
    unpaid = Application.objects.filter(state=ApplicationState.APPLIED).count()
    words = ngettext("application not yet paid", "applications not yet paid", unpaid)
    yield Need(str(unpaid), words, f"{reverse('desk_applications')}?state={ApplicationState.APPLIED}")
    yield from _letters(user)


def _editor() -> Iterator[Need]:
    unpublished = Page.objects.filter(depth__gt=1, has_unpublished_changes=True).count()
    words = ngettext("story with changes not yet published", "stories with changes not yet published", unpublished)
    yield Need(str(unpublished), words, reverse("wagtailadmin_explore_root"))
    scheduled = Page.objects.filter(depth__gt=1, live=False, go_live_at__gt=timezone.now()).count()
    yield Need(
        str(scheduled),
        ngettext("story scheduled", "stories scheduled", scheduled),
        reverse("wagtailadmin_explore_root"),
    )
    yield from _fund()


def _fund() -> Iterator[Need]:
    fund = meter.read(now=timezone.now())
    if fund.raised is None or fund.needed is None:
        yield Need("–", _("no appeal runs"), reverse("desk_fund"))
        return
    words = _("raised by %(name)s; %(needed)s needed, %(days)s days left") % {
        "name": fund.name,
        "needed": display(fund.needed, pence=False),
        "days": fund.days_left,
    }
    yield Need(display(fund.raised, pence=False), words, reverse("desk_fund"))


def _breaker() -> Need:
    standing = breaker.standing(now=timezone.now())
    words = _("of the last %(number)d card payments declined; readers go straight to payment")
    if standing.is_open:
        words = _("of the last %(number)d card payments declined; readers get a letter before they pay")
    figure = str(standing.declined)
    return Need(figure, words % {"number": standing.decided}, reverse("desk_attacks"), urgent=standing.is_open)


def _letters(user: User) -> Iterator[Need]:
    held = outbox.seen_by(user).filter(state=LetterState.HELD).count()
    if held:
        words = ngettext("letter held back, to be sent or not", "letters held back, to be sent or not", held)
        yield Need(str(held), words, reverse("desk_letters_held"))
    failed = outbox.seen_by(user).filter(state=LetterState.FAILED).count()
    words = ngettext("letter that could not be sent", "letters that could not be sent", failed)
    yield Need(str(failed), words, f"{reverse('desk_outbox')}?state={LetterState.FAILED}", urgent=failed > 0)
