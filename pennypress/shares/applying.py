"""Applying for shares: from the reader's form to the money held for the committee's decision.

Money of an application is owed to the applicant until it is allotted; it is never income.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from pennypress.letters import outbox
from pennypress.letters.outbox import Letters
from pennypress.payments import refund_orders, taking
from pennypress.payments.models import Allocation, Method, Purpose
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.people.models import Person, PersonKind, User
from pennypress.shares import limits, members, moving, offers, register
from pennypress.shares.models import Application, ApplicationState, Offer

OPEN = (ApplicationState.APPLIED, ApplicationState.PAID)
# An application that nobody paid for does not hold up its applicant for ever.
LAPSES_AFTER = dt.timedelta(days=30)


class CannotApply(ValueError):
    """The application cannot be taken; the text is for the applicant, `field` says which answer it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        self.field = field
        super().__init__(message)


class CannotPay(ValueError):
    """The application does not wait for money, or this is not its money."""


class CannotRefuse(ValueError):
    """The application cannot be refused."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the secretary sees to before allotting: what it is, whether it holds, and what stands in the way."""

    name: str
    holds: bool
    trouble: str = ""


@transaction.atomic
def apply(
    *,
    name: str,
    kind: str,
    email: str,
    notices_by_email: bool,
    address: str,
    postcode: str,
    born_on: dt.date | None,
    shares: int,
    accepts_rules: bool,
    has_read_risk: bool,
    now: dt.datetime,
    on: dt.date,
    public_id: uuid.UUID | None = None,
) -> Application:
    """This function will take a reader's application for shares, not yet paid.

    Holdings and open applications of the same name and e-mail address count towards the limit. The same `public_id`
    again gives the application that stands. Writes the application and its first move. Raises: CannotApply, naming the
    rule, with nothing written.
    """
    _one_at_a_time(email)
    standing = Application.objects.filter(public_id=public_id).first() if public_id else None
    if standing is not None:
        return standing
    _require_answers(kind, email, born_on, accepts_rules=accepts_rules, has_read_risk=has_read_risk)
    return record_by_hand(
        name=name,
        kind=kind,
        email=email,
        notices_by_email=notices_by_email,
        address=address,
        postcode=postcode,
        born_on=born_on,
        shares=shares,
        on=on,
        now=now,
        by=None,
        public_id=public_id,
    )


def _one_at_a_time(email: str) -> None:
    """Takes a lock until the transaction ends, so that a form sent twice at once is one application."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"shares.applying-{persons.fold(email)}"])


def _require_answers(
    kind: str, email: str, born_on: dt.date | None, *, accepts_rules: bool, has_read_risk: bool
) -> None:
    if not email.strip():
        raise CannotApply(_("Please enter your e-mail address."), "email")
    if not accepts_rules:
        raise CannotApply(_("A member keeps to the society's rules: please accept them."), "accepts_rules")
    if not has_read_risk:
        raise CannotApply(_("Please confirm that you have read what you risk."), "has_read_risk")
    if PersonKind(kind) == PersonKind.INDIVIDUAL and born_on is None:
        raise CannotApply(_("Please enter your date of birth."), "born_on")


@transaction.atomic
def record_by_hand(
    *,
    name: str,
    kind: str,
    email: str,
    notices_by_email: bool,
    address: str,
    postcode: str,
    born_on: dt.date | None,
    shares: int,
    on: dt.date,
    now: dt.datetime,
    by: User | None,
    person: Person | None = None,
    public_id: uuid.UUID | None = None,
) -> Application:
    """This function will record an application that came on paper, its form signed: rules accepted and risk read.

    There may be no e-mail address. Its money follows by `settlement`. Raises: CannotApply, with nothing written.
    """
    offer = _require(name, kind, address, postcode, born_on, on)
    _require_shares(kind, shares, already=_held_or_applied_for(name, email, postcode, person), on=on)
    amount = limits.nominal(on=on) * shares
    application = Application.objects.create(
        public_id=public_id or uuid.uuid4(),
        offer=offer,
        kind=PersonKind(kind),
        name=name.strip(),
        email=persons.fold(email),
        notices_by_email=notices_by_email and bool(email.strip()),
        address=address.strip(),
        postcode=members.tidy_postcode(postcode),
        born_on=born_on if PersonKind(kind) == PersonKind.INDIVIDUAL else None,
        shares=shares,
        amount_minor=amount.minor,
        currency=amount.currency,
        rules_accepted_at=now,
        risk_read_at=now,
        person=person,
        applied_at=now,
    )
    moving.record(application, now=now, by=by)
    return application


def pay(*, application: Application, now: dt.datetime) -> str:
    """This function will give the address of the provider's page on which an application is paid.

    An application has one payment, however often it is asked for. Locks the application, writes the payment, and asks
    the provider outside any transaction. Raises: CannotPay, taking.ProviderUnavailable.
    """
    with transaction.atomic():
        application = moving.locked(application)
        if application.state != ApplicationState.APPLIED:
            raise CannotPay(_("This application does not wait for money."))
        if application.payment is None:
            application.payment = taking.prepare(
                provider=None,
                method=Method.CARD,
                parts=[Part(Purpose.SHARES, application.amount)],
                payer_name=application.name,
                payer_email=application.email,
                now=now,
            )
            application.save(update_fields=["payment"])
    return taking.ask(payment=application.payment, return_path=f"/join/{application.public_id}/thanks/").url


@transaction.atomic
def paid(
    *,
    application: Application,
    allocation: Allocation,
    on: dt.date,
    now: dt.datetime,
    letters: Letters = Letters.SENT,
) -> Application:
    """This function will note that an application's money came. Called by settlement, in its transaction.

    Money that comes for an application decided or withdrawn meanwhile is held as well, and goes back. A receipt that
    corrects the one that paid takes its place. Locks the application; writes its move, and the letter as `letters` says.
    Raises: CannotPay when it is another sum, or it is paid already.
    """
    application = moving.locked(application)
    if application.allocation_id == allocation.pk:
        return application
    if application.allocation is not None and application.allocation.receipt_id == allocation.receipt.corrects_id:
        return _entered_anew(application, allocation, now)
    if application.allocation_id is not None:
        raise CannotPay(_("This application is paid already."))
    if allocation.purpose != Purpose.SHARES or allocation.amount != application.amount:
        raise CannotPay(_("This application is for %(amount)s.") % {"amount": application.amount})
    if application.state != ApplicationState.APPLIED:
        application.allocation = allocation
        application.save(update_fields=["allocation"])
        moving.record(application, now=now, by=None, note=_("Money came late, to be given back."))
        _order_back(application, on=on, now=now, by=None)
        return application
    moving.move(application, ApplicationState.PAID, now=now, by=None, allocation=allocation)
    if letters != Letters.NONE:
        _write(application, "share-application-received", now, received_on=on, is_held=letters == Letters.HELD)
    return application


def _entered_anew(application: Application, allocation: Allocation, now: dt.datetime) -> Application:
    """The same money by the receipt that corrects the old one. Whatever was decided meanwhile stands."""
    if allocation.purpose != Purpose.SHARES or allocation.amount != application.amount:
        raise CannotPay(_("This application is for %(amount)s.") % {"amount": application.amount})
    application.allocation = allocation
    application.save(update_fields=["allocation"])
    moving.record(application, now=now, by=None, note=_("The receipt of its money was corrected."))
    return application


@transaction.atomic
def refuse(*, application: Application, reason: str, on: dt.date, now: dt.datetime, by: User | None) -> Application:
    """This function will refuse an application with a reason, which is told to the applicant with where the money is.

    The money is held until it has gone back the way it came: the treasurer's list has an order for it, which needs a
    second person above the paper's threshold. Locks the application. Raises: CannotRefuse.
    """
    application = moving.locked(application)
    if application.state not in OPEN:
        raise CannotRefuse(_("This application was decided already."))
    if not reason.strip():
        raise CannotRefuse(_("Please say why: the applicant is told."))
    had_paid = application.allocation is not None
    why = reason.strip()
    moving.move(
        application, ApplicationState.REFUSED, now=now, by=by, note=why, refusal=why, decided_on=on, decided_by=by
    )
    if had_paid:
        _order_back(application, on=on, now=now, by=by)
    _write(application, "share-application-refused", now, had_paid=had_paid)
    return application


@transaction.atomic
def withdraw(*, application: Application, on: dt.date, now: dt.datetime, by: User | None) -> Application:
    """This function will withdraw an application that nobody has paid for. Locks it. Raises: CannotRefuse."""
    application = moving.locked(application)
    if application.state != ApplicationState.APPLIED:
        raise CannotRefuse(_("Only an application that is not paid is withdrawn like this."))
    return moving.move(application, ApplicationState.WITHDRAWN, now=now, by=by, decided_on=on)


def lapse_unpaid(*, on: dt.date, now: dt.datetime) -> int:
    """This function will withdraw the applications that nobody paid for within the time, and count them."""
    old = Application.objects.filter(state=ApplicationState.APPLIED, applied_at__lt=now - LAPSES_AFTER)
    for application in old:
        withdraw(application=application, on=on, now=now, by=None)
    return len(old)


def checks(*, application: Application, on: dt.date) -> list[Check]:
    """This function will list what the secretary sees to before allotting, with the trouble where there is any."""
    found = [
        _check(_("Money received in full"), lambda: register.require_paid(application, on)),
        _check(_("Within the limit of a holding"), lambda: _require_limit(application, on)),
    ]
    if application.born_on is not None:
        born_on = application.born_on
        found.append(_check(_("Old enough"), lambda: limits.require_age(born_on=born_on, on=on)))
    return found


def _check(name: str, require: Callable[[], None]) -> Check:
    try:
        require()
    except (limits.AgainstTheRules, register.CannotAllot) as error:
        return Check(name, holds=False, trouble=str(error))
    return Check(name, holds=True)


def _require_limit(application: Application, on: dt.date) -> None:
    already = _held_or_applied_for(
        application.name, application.email, application.postcode, application.person, besides=application
    )
    limits.require_holding(kind=application.kind, already=already, shares=application.shares, on=on)


def _require(name: str, kind: str, address: str, postcode: str, born_on: dt.date | None, on: dt.date) -> Offer:
    offer = offers.open_now(on)
    if offer is None:
        raise CannotApply(_("No share offer is open at the moment."))
    if not name.strip() or len(name.strip()) > 200:
        raise CannotApply(_("Please enter the full name, of 200 characters at most."), "name")
    if not address.strip():
        raise CannotApply(_("The register of members needs a postal address."), "address")
    if not postcode.strip() or len(members.tidy_postcode(postcode)) > 16:
        raise CannotApply(_("Please enter the postcode."), "postcode")
    if PersonKind(kind) == PersonKind.INDIVIDUAL and born_on is not None:
        _require_born(born_on, on)
    return offer


def _require_born(born_on: dt.date, on: dt.date) -> None:
    if not 0 <= limits.age(born_on, on) <= 130:
        raise CannotApply(_("Please check the date of birth."), "born_on")
    try:
        limits.require_age(born_on=born_on, on=on)
    except limits.AgainstTheRules as error:
        raise CannotApply(str(error), error.field) from error


def _require_shares(kind: str, shares: int, *, already: int, on: dt.date) -> None:
    if type(shares) is not int or shares < 1:
        raise CannotApply(_("Please enter a whole number of shares, one at least."), "shares")
    try:
        limits.require_holding(kind=kind, already=already, shares=shares, on=on)
    except limits.AgainstTheRules as error:
        raise CannotApply(str(error), error.field) from error


def _held_or_applied_for(
    name: str, email: str, postcode: str, person: Person | None, besides: Application | None = None
) -> int:
    known = person or members.known_as(name=name, email=email, postcode=postcode)
    member = members.of(known) if known else None
    held = member.entries.aggregate(held=Sum("shares"))["held"] or 0 if member else 0
    waiting = Application.objects.filter(state__in=OPEN, name__iexact=name.strip(), email=persons.fold(email))
    if not email.strip():
        waiting = waiting.filter(postcode=members.tidy_postcode(postcode))
    if besides is not None:
        waiting = waiting.exclude(pk=besides.pk)
    return held + (waiting.aggregate(shares=Sum("shares"))["shares"] or 0)


def _order_back(application: Application, *, on: dt.date, now: dt.datetime, by: User | None) -> None:
    assert application.allocation is not None
    try:
        refund_orders.ask_for_all_left(
            allocation=application.allocation,
            reason=_("Application for shares refused"),
            by=by,
            on=on,
            now=now,
        )
    except refund_orders.CannotOrder as error:
        raise CannotRefuse(str(error)) from error


def _write(application: Application, kind: str, now: dt.datetime, *, is_held: bool = False, **context: Any) -> None:
    facts = {"application": application, "shares": application.shares, "amount": application.amount}
    outbox.queue(
        key=f"{kind}-{application.public_id}",
        kind=kind,
        to_name=application.name,
        to_email=application.email,
        context={**facts, **context},
        now=now,
        person=application.person,
        is_held=is_held,
    )
