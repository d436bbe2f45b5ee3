"""By hand: what money does that came by post, bank or hand, and that is taken back again.

Each function is one transaction, as in `settle`: receipt, entry, meaning and letter stand together or not at all.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.utils.translation import gettext as _

from pennypress.giving import appeals, gifts
from pennypress.ledger import chart, journal, periods, posting
from pennypress.ledger.models import Account, AccountKind
from pennypress.letters.outbox import Letters
from pennypress.money import Money
from pennypress.payments import counting, receipts, refunds
from pennypress.payments import parts as dividing
from pennypress.payments.cash import CountSheet
from pennypress.payments.models import Allocation, Method, Purpose, Receipt, Refund, RefundKind
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.people.models import Person, ThanksAs, User
from pennypress.settlement import effects, thanking
from pennypress.settlement.came import Came, Named
from pennypress.settlement.effects import CannotSettle
from pennypress.shares import applying, limits
from pennypress.shares.models import Application
from pennypress.subscriptions import subscribing
from pennypress.subscriptions.models import Product

__all__ = ["CannotSettle", "bounced", "received", "taken_back"]


@transaction.atomic
def received(
    *,
    came: Came,
    recorded_by: User | None,
    now: dt.datetime,
    is_thanked: bool = True,
    holds_letters: bool = False,
    may_fall_later: bool = False,
) -> Receipt:
    """This function will settle money that came by post, bank or hand: one receipt, divided exactly into its parts.

    The same key again gives the receipt that stands. A day that is closed is refused, unless the money `may_fall_later`:
    to the first open day in the books. Unless it `is_thanked`, no letter is queued, or it is held back for somebody to
    look at (`holds_letters`). Writes the receipt with its entry, a gift for each part to the fund, and the letter.
    Raises: CannotSettle, with nothing written.
    """
    if came.key and (standing := _entered(came.key, came.amount)):
        return standing
    _require_parts(came)
    _require_facts(came, may_fall_later=may_fall_later)
    giver = _Giver.of(came, now)
    if bought := _bought(came.parts, came.product):
        giver = _named(giver, came.subscriber, bought, on=came.received_on, now=now)
    application = _applied_for(came, giver, recorded_by=recorded_by, now=now)
    receipt = receipts.record(arrived=_arrived(came, giver, now), recorded_by=recorded_by, now=now)
    if came.count is not None:
        counting.write_down(receipt=receipt, sheet=came.count)
    credit = giver.crediting(came.credited, came.contact, now)
    letters = Letters.SENT if is_thanked else Letters.HELD if holds_letters else Letters.NONE
    for index, (allocation, part) in enumerate(zip(receipt.allocations.order_by("id"), came.parts, strict=True)):
        above = application if part.purpose == Purpose.SHARES else bought.get(index)
        _arrived_by_hand(allocation, part, credit, above, on=came.received_on, now=now, letters=letters)
    effects.purge_meter()
    return receipt


def _arrived(came: Came, giver: "_Giver", now: dt.datetime) -> receipts.Arrived:
    return receipts.Arrived(
        method=came.method,
        amount=came.amount,
        parts=came.parts,
        payer=giver.person,
        payer_name=came.payer_name.strip(),
        received_on=came.received_on,
        reference=came.reference.strip(),
        banked_on=came.banked_on,
        key=came.key,
        sent=came.sent,
        contact=_somebody(came.contact, now),
        corrects=came.corrects,
        bank_account=came.bank_account,
    )


@dataclass(frozen=True, slots=True)
class _Giver:
    """Who gave by hand, in the words they left."""

    name: str
    email: str
    place: str
    thanks_as: str
    person: Person | None
    subscriber: Person | None = None

    @classmethod
    def of(cls, came: Came, now: dt.datetime) -> "_Giver":
        """The giver in the words they left, and the person whom the paper knows them as."""
        person = came.person or effects.known(came.payer_name, came.payer_email, now)
        return cls(came.payer_name, came.payer_email, came.place, came.thanks_as, person)

    def crediting(self, credited: Named | None, contact: Named | None, now: dt.datetime) -> "_Giver":
        """The one who is credited, with the address to write to: the payer unless another is named."""
        email = contact.email if contact and contact.email.strip() else self.email
        if credited is None or not credited.name.strip():
            return replace(self, email=email)
        own = credited.email.strip() or email
        return replace(self, name=credited.name, email=own, person=_somebody(credited, now))


def _somebody(named: Named | None, now: dt.datetime) -> Person | None:
    if named is None:
        return None
    return named.person or effects.known(named.name, named.email, now)


def _arrived_by_hand(
    allocation: Allocation,
    part: Part,
    giver: _Giver,
    above: Application | Product | None,
    *,
    on: dt.date,
    now: dt.datetime,
    letters: Letters,
) -> None:
    """What a part means: `above` is the application that it pays, or the product that it buys."""
    match allocation.purpose:
        case Purpose.GIFT:
            gift = gifts.record_by_hand(
                allocation=allocation,
                name=giver.name,
                email=giver.email,
                place=giver.place,
                thanks_as=giver.thanks_as,
                payer=giver.person,
                received_on=on,
                now=now,
                appeal=appeals.named(part.appeal) if part.appeal else None,
            )
            if letters != Letters.NONE:
                thanking.for_gift(gift=gift, now=now, is_held=letters == Letters.HELD)
        case Purpose.SHARES if isinstance(above, Application):
            effects.pay(above, allocation, on=on, now=now, letters=letters)
        case Purpose.SUBSCRIPTION if isinstance(above, Product) and giver.subscriber is not None:
            effects.subscribe(above, allocation, giver.subscriber, on=on, now=now)
        case _:
            # Booked to its account; a standing order has no pledge of ours above it.
            return


def _bought(parts: Sequence[Part], product: Product | None) -> dict[int, Product]:
    """Which product each part for a subscription buys, by its place: its own, or the one named for all."""
    own = {part.product for part in parts if part.product}
    known = {str(one.pk): one for one in Product.objects.filter(pk__in=[text for text in own if text.isdigit()])}
    if own - known.keys() or any(part.product and part.purpose != Purpose.SUBSCRIPTION for part in parts):
        raise CannotSettle(_("There is no such product to subscribe to."))
    places = [place for place, part in enumerate(parts) if part.purpose == Purpose.SUBSCRIPTION]
    if product is not None and not places:
        raise CannotSettle(_("A product is bought by a part for a subscription."))
    found = {place: known.get(parts[place].product, product) for place in places}
    return {place: one for place, one in found.items() if one is not None}


def _named(
    giver: _Giver, subscriber: Person | None, bought: Mapping[int, Product], *, on: dt.date, now: dt.datetime
) -> _Giver:
    """The giver with a person who has the products: the paper must know to whom it sends, by name alone if need be."""
    try:
        for product in bought.values():
            subscribing.require_offered(product=product, on=on)
    except subscribing.CannotSubscribe as error:
        raise CannotSettle(str(error)) from error
    if subscriber is None and giver.person is None and not giver.name.strip():
        raise CannotSettle(_("A subscription needs the name of its subscriber."))
    person = giver.person
    if person is None and subscriber is None:
        person = persons.recorded(name=giver.name, email="", place=giver.place, now=now)
    return replace(giver, person=person, subscriber=subscriber or person)


def _entered(key: str, amount: Money) -> Receipt | None:
    # Two at once wait for each other here, so that the second finds what the first has entered.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"receipt {key}"])
    standing = Receipt.objects.filter(key=key).first()
    if standing is not None and standing.amount != amount:
        raise CannotSettle(_("This form was sent before with another amount. Please open a new one."))
    return standing


def _require_parts(came: Came) -> None:
    amount, parts = came.amount, came.parts
    try:
        dividing.require_whole(amount, parts)
    except dividing.CannotDivide as error:
        raise CannotSettle(str(error)) from error
    if sum(part.purpose == Purpose.SHARES for part in parts) > 1:
        raise CannotSettle(_("Money for shares is one part: one application is paid at a time."))
    incomes = {part.account for part in parts if part.account}
    known = Account.objects.filter(code__in=incomes, kind=AccountKind.INCOME).count()
    if known != len(incomes) or any(part.account and part.purpose != Purpose.OTHER for part in parts):
        raise CannotSettle(_("Other income is credited to an account of income."))
    for slug in {part.appeal for part in parts if part.appeal}:
        appeal = appeals.named(slug)
        if appeal is None or appeal.currency != amount.currency:
            raise CannotSettle(
                _("There is no appeal of that name that takes %(currency)s.") % {"currency": amount.currency}
            )
    if came.thanks_as not in ThanksAs.values:
        raise CannotSettle(_("Please choose how the giver is to be thanked."))


def _require_facts(came: Came, *, may_fall_later: bool) -> None:
    if not may_fall_later:
        try:
            periods.require_open(came.received_on)
        except periods.ClosedPeriod as error:
            raise CannotSettle(str(error)) from error
    sent = came.sent
    if sent is not None and (sent.minor <= 0 or sent.currency == came.amount.currency):
        raise CannotSettle(_("What was sent is above zero, in another currency than what was credited."))
    _require_count(came.method, came.amount, came.count)


def _require_count(method: str, amount: Money, count: CountSheet | None) -> None:
    if method == Method.COLLECTION and count is None:
        raise CannotSettle(_("A collection is entered with its count sheet, by two counters."))
    if count is None:
        return
    if method not in (Method.COLLECTION, Method.CASH):
        raise CannotSettle(_("Only cash is counted on a sheet."))
    try:
        counting.require_sheet(count, amount)
    except counting.CannotCount as error:
        raise CannotSettle(str(error)) from error


def _applied_for(came: Came, giver: _Giver, *, recorded_by: User | None, now: dt.datetime) -> Application | None:
    """The application that the part for shares pays: the one named, or a new one on paper. None without such a part."""
    part = next((part for part in came.parts if part.purpose == Purpose.SHARES), None)
    if part is None and came.application is None:
        return None
    if part is None or (came.application is None and came.particulars is None):
        raise CannotSettle(_("Money for shares needs the application that it pays, and only then is one named."))
    if came.application is not None or came.particulars is None:
        return came.application
    facts = dict(came.particulars)
    if not (facts.pop("accepts_rules", True) and facts.pop("has_read_risk", True)):
        raise CannotSettle(_("An applicant accepts the rules and has read what they risk."))
    shares = _whole_shares(part.amount, on=came.received_on)
    try:
        return applying.record_by_hand(
            name=giver.name,
            email=giver.email,
            person=giver.person,
            shares=shares,
            on=came.received_on,
            now=now,
            by=recorded_by,
            **facts,
        )
    except applying.CannotApply as error:
        raise CannotSettle(str(error)) from error


def _whole_shares(amount: Money, *, on: dt.date) -> int:
    shares, over = divmod(amount.minor, limits.nominal(on=on).minor)
    if over:
        raise CannotSettle(_("Shares are bought whole: %(amount)s is not a number of them.") % {"amount": amount})
    return shares


@transaction.atomic
def taken_back(*, receipt: Receipt, kind: str, on: dt.date, reason: str, now: dt.datetime) -> list[Refund]:
    """This function will take back all that is left of a receipt entered by hand: a returned cheque, or one given back.

    Locks the receipt. A mistake in entering is undone by `correcting` instead. Raises: CannotSettle when it came through
    a provider, or nothing is left of it.
    """
    receipt = Receipt.objects.select_for_update(of=("self",)).get(pk=receipt.pk)
    if kind == RefundKind.MISTAKE:
        raise CannotSettle(_("A mistake is corrected, or struck out, not taken back."))
    if receipts.came_by(receipt) is not None:
        raise CannotSettle(_("Money that came through a provider goes back through the provider."))
    if on < receipt.received_on:
        raise CannotSettle(_("It cannot be taken back before it was received."))
    taken = [
        effects.take_back(
            allocation, kind, left, f"{kind}-receipt-{receipt.pk}-{allocation.pk}", on=on, reason=reason, now=now
        )
        for allocation in receipt.allocations.all()
        if (left := refunds.left(allocation))
    ]
    if not taken:
        raise CannotSettle(_("Nothing is left of it to take back."))
    return taken


@transaction.atomic
def bounced(
    *, receipt: Receipt, on: dt.date, reason: str, charge: Money | None, by: str, now: dt.datetime
) -> list[Refund]:
    """This function will take back a cheque or transfer that was returned unpaid, and book what the bank charged for it.

    `by` is the name of who enters it. Raises: CannotSettle, with nothing written.
    """
    taken = taken_back(receipt=receipt, kind=RefundKind.BOUNCED, on=on, reason=reason, now=now)
    if charge:
        try:
            journal.enter(
                key=f"charge-receipt-{receipt.pk}",
                on=on,
                memo=_("Charge of the bank for a returned item"),
                reason=_("Receipt %(number)s: %(reason)s") % {"number": receipt.pk, "reason": reason},
                sides=[posting.debit(chart.BANK_CHARGES, charge), posting.credit(chart.BANK, charge)],
                entered_by=by,
                now=now,
            )
        except journal.CannotEnter as error:
            raise CannotSettle(str(error)) from error
    return taken
