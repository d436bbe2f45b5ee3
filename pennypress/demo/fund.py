"""The demo's fund: eighteen months of appeals, their receipts by every method, and supporters who give each month."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import campaigns, counter, history, names, payouts
from pennypress.giving import meter, pledges
from pennypress.giving.models import Collection, Pledge
from pennypress.money import Money
from pennypress.payments import cash
from pennypress.payments.models import Method, Payment, Purpose
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.people import persons
from pennypress.people.models import Person, ThanksAs
from pennypress.settlement import asking, by_hand
from pennypress.settlement.came import Came

GIVERS = 300
SUPPORTERS = 16
THANKS = (ThanksAs.NAME, ThanksAs.INITIALS, ThanksAs.INITIALS, ThanksAs.PLACE, ThanksAs.NOT)


def build(*, now: dt.datetime, zone: ZoneInfo, step: Callable[[int], None]) -> int:
    """This function will open every appeal, begin the supporters' pledges, and take in every receipt, oldest first.

    The supporters' collections that fall into the running appeal count in it; the receipts by hand make up the rest, so
    that it stands at exactly `history.RUNNING_RAISED_MINOR`.
    """
    today = days.day_of(now, zone)
    planned = history.appeals(today, GIVERS)
    campaigns.open_all(planned, today=today, zone=zone)
    cast = names.names(GIVERS + SUPPORTERS, history.SEED + 2)
    _begin_pledges(cast[GIVERS:], today, zone)
    pledged = meter.read(now=now).raised
    planned[-1] = history.running(today, GIVERS, less_minor=pledged.minor if pledged else 0)
    givers = [_giver(person, now) for person in cast[:GIVERS]]
    takings = [taking for appeal in planned for taking in appeal.takings] + history.roof(today, GIVERS)
    for number, taking in enumerate(takings, 1):
        _take(taking, givers, today, _moment(taking.on, number, zone, now))
        step(number)
    payouts.of_the_terminal(today, zone)
    campaigns.close_all(planned, zone=zone)
    return len(takings)


def _moment(on: dt.date, number: int, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    return min(days.start_of(on, zone) + dt.timedelta(hours=9, seconds=number % 3000), now)


def _giver(person: names.Person, now: dt.datetime) -> Person:
    given, family, town, _postcode, _street = person
    return persons.recorded(name=f"{given} {family}", email="", place=town, now=now)


def _take(taking: history.Taking, givers: list[Person], today: dt.date, now: dt.datetime) -> None:
    amount = Money(taking.minor, "GBP")
    giver = givers[taking.giver] if taking.giver is not None else None
    by_hand.received(
        came=Came(
            method=taking.method,
            amount=amount,
            parts=[Part(Purpose.GIFT, amount, appeal=taking.appeal)],
            payer_name=giver.name if giver else taking.name,
            payer_email="",
            place=giver.place if giver else "",
            thanks_as=THANKS[(taking.giver or 0) % len(THANKS)] if giver else ThanksAs.NAME,
            reference=taking.reference,
            received_on=taking.on,
            person=giver,
            count=_sheet(amount) if taking.method == Method.COLLECTION else None,
            banked_on=counter.taken_on(taking.on, today),
        ),
        recorded_by=None,
        now=now,
    )


def _sheet(amount: Money) -> cash.CountSheet:
    return cash.CountSheet(
        place="The Trades Hall, Calderbrook",
        permit="",
        first_counter="Beryl Ashworth",
        second_counter="Idris Vaughan",
        currency=amount.currency,
        pieces=cash.fewest_pieces(amount),
    )


def _begin_pledges(cast: list[names.Person], today: dt.date, zone: ZoneInfo) -> None:
    """Each supporter begins on a day of the last five months, and is collected from each month since; day by day, with
    the payouts between."""
    begins = {today - dt.timedelta(days=12 + place * 9): (place, person) for place, person in enumerate(cast)}
    due = {days.months_after(on, month, on.day) for on in begins for month in range(1, 7)}
    paydays = payouts.paydays(today, min(begins))
    for on in sorted({*begins, *due, *paydays}):
        if on > today:
            return
        if on in due:
            _collect(on, zone)
        if on in begins:
            _begin(*begins[on], on, zone)
        if on in paydays:
            payouts.of_the_sandbox(on, zone)


def _begin(place: int, person: names.Person, on: dt.date, zone: ZoneInfo) -> None:
    given, family, town, _postcode, _street = person
    now = days.start_of(on, zone) + dt.timedelta(hours=19)
    offered = pledges.offer(
        amount=Money((5, 8, 10, 15, 20)[place % 5] * 100, "GBP"),
        name=f"{given} {family}",
        email=f"{given}.{family}@example.com".lower().replace(" ", ""),
        place=town,
        thanks_as=ThanksAs.INITIALS,
        now=now,
        on=on,
    )
    _pay(offered.pledge, on, now)


def _pay(pledge: Pledge, on: dt.date, now: dt.datetime) -> None:
    payment = _asked(pledge.collections.get(due_on=on))
    sandbox.pay(ref=payment.provider_ref, card="succeeds")
    asking.ask(provider=payment.provider, provider_ref=payment.provider_ref, on=on, now=now)


def _asked(collection: Collection) -> Payment:
    assert collection.payment is not None
    return collection.payment


def _collect(on: dt.date, zone: ZoneInfo) -> None:
    now = days.start_of(on, zone) + dt.timedelta(hours=6)
    for collection in pledges.collect_due(on=on, now=now):
        payment = _asked(collection)
        asking.ask(provider=payment.provider, provider_ref=payment.provider_ref, on=on, now=now)
