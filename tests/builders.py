"""Builders: plain functions that call the domain, for tests to arrange with. Each is short and stands alone."""

import datetime as dt

from pennypress.giving import appeals, gifts, pledges, series, standing_orders
from pennypress.giving.models import Appeal, AppealSeries, Gift, Pledge, StandingOrder
from pennypress.money import Money
from pennypress.payments import bank, cash, receipts
from pennypress.payments.cash import CountSheet
from pennypress.payments.models import BankAccount, Payment, Purpose, Receipt
from pennypress.payments.parts import Part
from pennypress.payments.providers import sandbox
from pennypress.people import persons
from pennypress.people.models import Person, User
from pennypress.settlement import asking, by_hand, settle
from pennypress.settlement.came import Came
from pennypress.shares import applying, offers, register
from pennypress.shares.models import Application, Member, Offer
from pennypress.society import founding
from pennypress.society.models import Society

NOW = dt.datetime(2026, 11, 7, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 7)


def pounds(amount: int) -> Money:
    return Money(amount * 100, "GBP")


def an_appeal(
    *, name="November fund", opens_on=dt.date(2026, 11, 1), closes_on=dt.date(2026, 11, 30), target=None, **facts
) -> Appeal:
    """An appeal that runs on TODAY with 24 days left and a target of £18,000."""
    slug = facts.pop("slug", f"fund-{opens_on}")
    target = target or pounds(18_000)
    return appeals.open_appeal(
        name=name, slug=slug, opens_on=opens_on, closes_on=closes_on, target=target, pitch="", now=NOW, **facts
    )


def a_series(*, name="Roof fund", slug="roof", currency="GBP", **rules) -> AppealSeries:
    """A series of appeals; the first that is begun is the principal one."""
    return series.begin(name=name, slug=slug, currency=currency, now=NOW, **rules)


def a_receipt(*, parts=None, method="cheque", payer=None, received_on=TODAY, **facts) -> Receipt:
    """A cheque that arrived, for the fund unless told otherwise."""
    parts = parts or [Part(Purpose.GIFT, pounds(25))]
    amount = Money(sum(part.amount.minor for part in parts), parts[0].amount.currency)
    fields = {"payer_name": "Ada Reed", "reference": "", "recorded_by": None, "now": NOW, **facts}
    told = {name: fields.pop(name) for name in ("recorded_by", "now")}
    arrived = receipts.Arrived(
        method=method, amount=amount, parts=parts, payer=payer, received_on=received_on, **fields
    )
    return receipts.record(arrived=arrived, **told)


def a_count(amount: Money, **told) -> CountSheet:
    """The count sheet of a collection at a meeting, of the fewest notes and coins."""
    facts = {"place": "Trades Hall", "permit": "", "first_counter": "Beryl Ash", "second_counter": "Idris Vaughan"}
    fields = {**facts, "currency": amount.currency, "pieces": cash.fewest_pieces(amount), **told}
    return CountSheet(**fields)


def by_post(*parts: Part, amount=None, **facts) -> Receipt:
    """Money by post, settled: a cheque from Ada Reed in Leeds unless told otherwise."""
    whole = amount or Money(sum(part.amount.minor for part in parts), parts[0].amount.currency)
    fields = {
        "method": "cheque",
        "payer_name": "Ada Reed",
        "payer_email": "",
        "place": "Leeds",
        "thanks_as": "name",
        "reference": "000123",
        "received_on": TODAY,
        "recorded_by": None,
        "now": NOW,
        **facts,
    }
    told = {name: fields.pop(name) for name in ("recorded_by", "now")}
    return by_hand.received(came=Came(amount=whole, parts=list(parts), **fields), **told)


def a_collection(*, amount=None, **facts) -> Receipt:
    """A collection at a meeting, counted by two."""
    amount = amount or Money(27_35, "GBP")
    parts = facts.pop("parts", None) or [Part(Purpose.GIFT, amount)]
    fields = {"method": "collection", "payer_name": "Collection at the Trades Hall", "count": a_count(amount), **facts}
    return by_post(*parts, **fields)


def a_received_gift(*, amount=None, name="Ada Reed", email="", received_on=TODAY, method="cheque") -> Gift:
    """A gift with its receipt, counted in the appeal that runs on the day."""
    payer = persons.recorded(name=name, email=email, now=NOW) if email else None
    receipt = a_receipt(
        parts=[Part(Purpose.GIFT, amount or pounds(25))], payer=payer, received_on=received_on, method=method
    )
    return gifts.record_by_hand(
        allocation=receipt.allocations.get(),
        name=name,
        email=email,
        place="Leeds",
        thanks_as="name",
        payer=payer,
        received_on=received_on,
        now=NOW,
    )


def an_offered_gift(*, amount=None, name="Ada Reed", email="ada@example.org", appeal="", **facts) -> gifts.Offered:
    """A gift on the sandbox's payment page, not paid yet."""
    fields = {"place": "Leeds", "thanks_as": "name", "message": "", "now": NOW, "on": TODAY, **facts}
    fields["appeal"] = gifts.offered_to(appeal, on=fields["on"])
    return gifts.offer(amount=pounds(25) if amount is None else amount, name=name, email=email, **fields)


def an_offered_pledge(*, amount=None, on=TODAY, **facts) -> pledges.Offered:
    """A monthly pledge on the sandbox's payment page, its first month not paid yet."""
    fields = {"name": "Ada Reed", "email": "ada@example.org", "place": "Leeds", "thanks_as": "initials", **facts}
    return pledges.offer(amount=pounds(10) if amount is None else amount, now=NOW, on=on, **fields)


def paid(payment: Payment, *, card="succeeds", on=TODAY, now=NOW) -> Payment:
    """The payment after its reader paid with a test card and the paper asked the sandbox how it stands."""
    sandbox.pay(ref=payment.provider_ref, card=card, fault="lose")
    return asking.ask(provider="sandbox", provider_ref=payment.provider_ref, on=on, now=now)


def an_active_pledge(*, amount=None, on=TODAY, **facts) -> Pledge:
    """A pledge whose first month was collected on the day it was offered."""
    offered = an_offered_pledge(amount=amount, on=on, **facts)
    paid(offered.pledge.collections.get().payment, on=on)
    offered.pledge.refresh_from_db()
    return offered.pledge


RULES = [
    ("share.nominal", "8", "Shares are of the nominal value of one pound.", 100),
    ("holding.minimum", "9", "A member holds at least one share.", 1),
    ("holding.maximum.individual", "10.1", "No individual holds more than 20,000 shares.", 20_000),
    ("holding.maximum.organisation", "10.2", "No organisation holds more than 100,000 shares.", 100_000),
    ("member.age", "6", "A member is at least 16 years old.", 16),
]
FOUNDED_ON = dt.date(2019, 4, 1)


def a_society() -> Society:
    """A society with its rules, its chair and its secretary, of long standing on TODAY. Building it again is harmless."""
    society = founding.found(
        registered_name="Harbour Press Society Limited",
        registration_number="9001R",
        registered_office="1 Quay Street, Port Ellery, PE1 1AA",
        legal_form="Co-operative society",
        year_end=(12, 31),
        currency="GBP",
        on=FOUNDED_ON,
    )
    for subject, rule_number, text, figure in RULES:
        founding.adopt_rule(
            subject=subject,
            rule_number=rule_number,
            text=text,
            figure=figure,
            effective_from=FOUNDED_ON,
            registered_on=FOUNDED_ON,
        )
    for office, name in (("chair", "Margaret Oduya"), ("secretary", "Tom Castell")):
        founding.appoint(person=a_person(name), office=office, from_on=FOUNDED_ON)
    return society


def a_person(name="Rosa Field", email=None) -> Person:
    """A person with an address made of the name, known again under both."""
    email = f"{name.lower().replace(' ', '.')}@example.org" if email is None else email
    return persons.recorded(name=name, email=email, now=NOW)


def an_offer() -> Offer:
    """The society's open offer of shares."""
    a_society()
    standing = offers.open_now(TODAY)
    return standing or offers.make(name="Own your paper", opens_on=FOUNDED_ON, closes_on=None, pitch="One pound each.")


def particulars(*, name="Rosa Field", **changed) -> dict:
    """What an applicant fills in."""
    filled = {
        "name": name,
        "kind": "individual",
        "email": f"{name.lower().replace(' ', '.')}@example.org",
        "notices_by_email": True,
        "address": "4 Rope Walk\nPort Ellery",
        "postcode": "PE1 2AB",
        "born_on": dt.date(1980, 5, 1),
        "shares": 5,
    }
    return {**filled, **changed}


def an_application(*, on=TODAY, **changed) -> Application:
    """An application that is not paid."""
    an_offer()
    return applying.apply(**particulars(**changed), accepts_rules=True, has_read_risk=True, now=NOW, on=on)


def money_for(application: Application, *, on=TODAY) -> Receipt:
    """A cheque for exactly what an application asks, not yet told to it."""
    return a_receipt(parts=[Part(Purpose.SHARES, application.amount)], received_on=on, payer_name=application.name)


def a_paid_application(*, on=TODAY, **changed) -> Application:
    """An application paid by cheque, waiting for the committee."""
    application = an_application(on=on, **changed)
    allocation = money_for(application, on=on).allocations.get()
    return applying.paid(application=application, allocation=allocation, on=on, now=NOW)


def an_owner(*, shares=5, name="Rosa Field", on=TODAY, **changed) -> Member:
    """A member who applied for shares, paid for them, and had them allotted."""
    application = a_paid_application(shares=shares, name=name, on=on, **changed)
    return register.allot(application=application, on=on, now=NOW, by=None).member


def a_failed_attempt(pledge: Pledge, *, on, now=None) -> Payment:
    """The payment of what a pledge owes on a day, asked for and then refused by the provider."""
    now = now or dt.datetime.combine(on, dt.time(12), tzinfo=dt.UTC)
    pledges.collect_due(on=on, now=now)
    payment = pledge.collections.get(state="asked").payment
    return settle.payment_failed(
        payment_id=payment.pk, provider_ref=payment.provider_ref, reason="do_not_honor_59", now=now
    )


def a_bank_account(**facts) -> BankAccount:
    """The society's current account, which readers are told to pay into."""
    fields = {
        "name": "Current account",
        "ledger": "1000",
        "currency": "GBP",
        "holder": "Harbour Press Society Limited",
        "sort_code": "20-00-00",
        "number": "12345678",
        "is_published": True,
        **facts,
    }
    return bank.open_account(now=NOW, **fields)


def a_standing_order(*, amount=None, name="Ada Reed", usual_day=2, **facts) -> StandingOrder:
    """An order of £10 a month, promised and first expected in October."""
    fields = {
        "interval": 1,
        "first_on": dt.date(2026, 10, usual_day),
        "email": "ada@example.org",
        "place": "Leeds",
        "thanks_as": "initials",
        "on": TODAY,
        "now": NOW,
        "by": None,
        **facts,
    }
    return standing_orders.promise(amount=amount or pounds(10), usual_day=usual_day, name=name, **fields)


def a_treasurer() -> User:
    return User.objects.get_or_create(email="treasurer@example.org", defaults={"name": "Tom Treasurer"})[0]
