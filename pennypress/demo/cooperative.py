"""The demo's society: its rulebook, its officers, its offer of shares and the four hundred who own it."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from pennypress import days
from pennypress.demo import counter, history, names, reading
from pennypress.money import Money
from pennypress.payments.models import Method, Purpose
from pennypress.payments.parts import Part
from pennypress.people import persons
from pennypress.people.models import PersonKind, ThanksAs
from pennypress.settlement import by_hand
from pennypress.settlement.came import Came
from pennypress.shares import applying, offers, register
from pennypress.society import founding, rulebook
from pennypress.society.models import Office

OWNERS = 400
WAITING = 3
SINCE = dt.date(1947, 11, 3)
# Subject, rule number, figure, the rule in words.
RULES = (
    (rulebook.SHARE_NOMINAL, "12", 100, "The nominal value of a share is one pound."),
    (rulebook.HOLDING_MINIMUM, "13", 1, "A member shall hold at least one share."),
    (
        rulebook.HOLDING_MAXIMUM_INDIVIDUAL,
        "14(a)",
        5000,
        "No member shall hold shares of a nominal value above five thousand pounds.",
    ),
    (
        rulebook.HOLDING_MAXIMUM_ORGANISATION,
        "14(b)",
        20000,
        "A trade union, trades council or other body shall hold no more than twenty thousand pounds in shares.",
    ),
    (rulebook.MEMBER_AGE, "9", 16, "A person of sixteen years or more may be admitted to membership."),
)
OFFICERS = ((Office.CHAIR, "Harjit Sandhu"), (Office.SECRETARY, "Mairead Lynch"), (Office.TREASURER, "Ifor Bevan"))


def found(*, today: dt.date, now: dt.datetime) -> None:
    """This function will found the society with its rules, appoint its officers and open its offer of shares."""
    told = reading.paper()["society"]
    founding.found(
        registered_name=told["registered_name"],
        registration_number=told["registration_number"],
        registered_office=told["registered_office"],
        legal_form=told["legal_form"],
        year_end=(3, 31),
        currency="GBP",
        on=today,
    )
    for subject, number, figure, text in RULES:
        founding.adopt_rule(
            subject=subject,
            rule_number=number,
            text=text,
            figure=figure,
            effective_from=SINCE,
            registered_on=SINCE,
        )
    for office, name in OFFICERS:
        person = persons.recorded(name=name, email="", now=now)
        founding.appoint(person=person, office=office, from_on=today - dt.timedelta(days=3000))
    offers.make(
        name="The open offer",
        opens_on=today - dt.timedelta(days=3000),
        closes_on=None,
        pitch="One pound a share. One member, one vote, whether you hold one share or five thousand.",
    )


def enrol(*, now: dt.datetime, zone: ZoneInfo, step: Callable[[int], None]) -> int:
    """This function will take in the owners one by one, the eldest first, and leave a few applications to be allotted."""
    today = days.day_of(now, zone)
    cast = names.names(OWNERS + WAITING, history.SEED)
    for number, owner in enumerate(history.owners(today, OWNERS), 1):
        _admit(owner, cast, number, today, zone, allots=True)
        step(number)
    for place in range(WAITING):
        joined_on = today - dt.timedelta(days=place + 1)
        waiting = history.PlannedOwner(OWNERS + place, "", (25, 100, 5)[place], joined_on)
        _admit(waiting, cast, OWNERS + place + 1, today, zone, allots=False)
    return OWNERS


def _admit(
    owner: history.PlannedOwner, cast: list[names.Person], number: int, today: dt.date, zone: ZoneInfo, *, allots: bool
) -> None:
    on = owner.joined_on
    now = days.start_of(on, zone) + dt.timedelta(hours=11, seconds=number)
    given, family, town, postcode, street = cast[owner.person if owner.person is not None else number % OWNERS]
    name = owner.name or f"{given} {family}"
    application = applying.record_by_hand(
        name=name,
        kind=PersonKind.ORGANISATION if owner.name else PersonKind.INDIVIDUAL,
        email=""
        if owner.name or number % 3 == 0
        else f"{given}.{family}.{number}@example.org".lower().replace(" ", ""),
        notices_by_email=number % 2 == 0,
        address=f"{street}\n{town}",
        postcode=postcode,
        born_on=None if owner.name else dt.date(1940 + number % 60, 1 + number % 12, 1 + number % 28),
        shares=owner.shares,
        on=on,
        now=now,
        by=None,
    )
    amount = Money(owner.shares * 100, "GBP")
    by_hand.received(
        came=Came(
            method=Method.CHEQUE if number % 3 else Method.BANK_TRANSFER,
            amount=amount,
            parts=[Part(Purpose.SHARES, amount)],
            payer_name=name,
            payer_email="",
            place=town,
            thanks_as=ThanksAs.NOT,
            reference=f"{100000 + number}" if number % 3 else "",
            received_on=on,
            application=application,
            banked_on=counter.taken_on(on, today) if number % 3 else None,
        ),
        recorded_by=None,
        now=now,
    )
    if allots:
        allotted_on = on + dt.timedelta(days=9)
        register.allot(application=application, on=allotted_on, now=now + dt.timedelta(days=9), by=None)
