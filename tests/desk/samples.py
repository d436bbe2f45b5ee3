"""What the desk's screens show, made by the domain: a running fund, a receipt, an application, a member, a letter."""

import datetime as dt
import uuid

from django.utils import timezone

from pennypress import days
from pennypress.gateway import inbox
from pennypress.gateway.models import EventState, ProviderEvent
from pennypress.giving import appeals, standing_orders
from pennypress.giving.models import Appeal, StandingOrder
from pennypress.ledger import periods
from pennypress.ledger.models import Entry, PeriodClose
from pennypress.letters import outbox
from pennypress.money import Money
from pennypress.moving import consigning
from pennypress.moving.models import Consignment, Likeness
from pennypress.newsroom import column_drafting, writing
from pennypress.newsroom.models import ArticlePage
from pennypress.payments import bank, cash, importing, payouts, refund_orders, slips
from pennypress.payments.models import BankAccount, Payout, Purpose, Receipt, RefundOrder, Statement
from pennypress.payments.parts import Part
from pennypress.payments.providers.protocol import Event, PayoutLine, PayoutSnapshot
from pennypress.payments.statements import csv_mapping
from pennypress.people import persons
from pennypress.settlement import by_hand
from pennypress.settlement.came import Came
from pennypress.shares import applying, register
from pennypress.shares.models import Application, Offer
from pennypress.society import founding, rulebook
from pennypress.subscriptions import products
from pennypress.subscriptions.models import Product

# Particulars that nobody but their own desk may read.
CANARY_NAME, CANARY_EMAIL, CANARY_PLACE = "Canary Wharfdale", "canary@example.org", "Canaryton"


def today() -> dt.date:
    return days.day_of(timezone.now(), timezone.get_default_timezone())


def pounds(amount: int) -> Money:
    return Money(amount * 100, "GBP")


def a_society() -> None:
    on = dt.date(2020, 1, 1)
    founding.found(
        registered_name="The Courier Readers' Society Limited",
        registration_number="30512R",
        registered_office="4 Quay Street, Hull",
        legal_form="Co-operative society",
        year_end=(12, 31),
        currency="GBP",
        on=on,
    )
    figures = {
        rulebook.SHARE_NOMINAL: 100,
        rulebook.HOLDING_MINIMUM: 1,
        rulebook.HOLDING_MAXIMUM_INDIVIDUAL: 20_000,
        rulebook.HOLDING_MAXIMUM_ORGANISATION: 100_000,
        rulebook.MEMBER_AGE: 16,
    }
    for number, (subject, figure) in enumerate(figures.items(), start=5):
        founding.adopt_rule(
            subject=subject,
            rule_number=str(number),
            text=f"The figure is {figure}.",
            figure=figure,
            effective_from=on,
            registered_on=on,
        )
    Offer.objects.get_or_create(name="Open offer", opens_on=on)


def a_running_fund() -> Appeal:
    on = today()
    return appeals.open_appeal(
        name="November fund",
        slug="november",
        opens_on=on - dt.timedelta(days=6),
        closes_on=on + dt.timedelta(days=23),
        target=pounds(18_000),
        pitch="",
        now=timezone.now(),
    )


def a_cheque(**told) -> Receipt:
    """A cheque of £25 for the fund, from somebody who does not wish to be named, unless told otherwise."""
    amount = told.pop("amount", pounds(25))
    facts = {
        "method": "cheque",
        "amount": amount,
        "parts": [Part(Purpose.GIFT, amount)],
        "payer_name": CANARY_NAME,
        "payer_email": CANARY_EMAIL,
        "place": CANARY_PLACE,
        "thanks_as": "not",
        "reference": "100412",
        "received_on": today(),
        **told,
    }
    recorded_by, now = facts.pop("recorded_by", None), facts.pop("now", None) or timezone.now()
    return by_hand.received(came=Came(**facts), recorded_by=recorded_by, now=now)


def a_counted_collection(amount=None) -> Receipt:
    """A collection at a meeting, counted by two."""
    amount = amount or pounds(27)
    sheet = cash.CountSheet("Trades Hall", "", "Beryl Ash", "Idris Vaughan", "GBP", cash.fewest_pieces(amount))
    return a_cheque(method="collection", amount=amount, payer_name="Collection: Trades Hall", reference="", count=sheet)


def a_close(through: dt.date) -> PeriodClose:
    """The books are closed to the end of a day."""
    return periods.close(
        through=through, by="Tom Treasurer", note="", today=through + dt.timedelta(days=1), now=timezone.now()
    )


def a_slip(*chosen: Receipt):
    return slips.draw(chosen=chosen, loose_coins=pounds(0), on=today(), by=None, now=timezone.now())


def an_application(*, name="Nora Quill", shares=10, **told) -> Application:
    facts = {
        "kind": "individual",
        "email": f"{name.split()[0].lower()}@example.org",
        "notices_by_email": True,
        "address": "7 Dock Road\nHull",
        "postcode": "HU1 1AA",
        "born_on": dt.date(1980, 5, 1),
        "on": today(),
        "now": timezone.now(),
        "by": None,
        **told,
    }
    return applying.record_by_hand(name=name, shares=shares, **facts)


def a_paid_application(*, name="Nora Quill", shares=10, **told) -> Application:
    application = an_application(name=name, shares=shares, **told)
    a_cheque(
        amount=application.amount,
        parts=[Part(Purpose.SHARES, application.amount)],
        payer_name=name,
        payer_email=application.email,
        application=application,
    )
    application.refresh_from_db()
    return application


def a_member(*, name="Olga Vane", shares=50, **told):
    application = a_paid_application(name=name, shares=shares, **told)
    return register.allot(application=application, on=today(), now=timezone.now(), by=None).member


def a_letter(*, kind="gift-receipt", secret=False, is_held=False):
    if secret:
        context = {"code": "481516", "minutes": 3}
    else:
        gift = a_cheque().allocations.get().gift
        context = {"gift": gift, "amount": gift.amount, "appeal": gift.appeal, "received_on": gift.received_on}
    return outbox.queue(
        key=f"sample-{uuid.uuid4()}",
        kind="login-code" if secret else kind,
        to_name="Nora Quill",
        to_email="nora@example.org",
        context=context,
        now=timezone.now(),
        secret=secret,
        is_held=is_held,
    )


def a_column() -> ArticlePage:
    """A draft of today's column of the fund, thanking for what has come in."""
    section = writing.make_section(title="Fund")
    return column_drafting.draft(
        appeal=Appeal.objects.get(), section=section, first_on=today(), last_on=today(), now=timezone.now()
    )


def a_product() -> Product:
    return products.offer(
        name="The paper by post", price=pounds(60), months=12, includes_epaper=True, active_from=today()
    )


def a_consignment(content=b"date,amount,method,name\n5/11/2024,20,cheque,Nora Quill\n") -> Consignment:
    """A file of past gifts that waits to be confirmed."""
    return consigning.take(
        kind="gifts", filename="gifts.csv", content=content, as_at=None, on=today(), now=timezone.now(), by=None
    )


def a_likeness() -> Likeness:
    """Somebody moved in who has the name of somebody known."""
    known = persons.recorded(name="Nora Quill", email="nora.quill@example.org", now=timezone.now())
    new = persons.recorded(name="Nora Quill", email="", now=timezone.now())
    return Likeness.objects.create(person=new, like=known, reason="the same name", consignment=a_consignment())


def a_refund(amount=None) -> RefundOrder:
    """An order to give back a cheque of £500, or so much of it, that waits for a second person where it is large."""
    receipt = a_cheque(amount=pounds(500), parts=[Part(Purpose.GIFT, pounds(500))])
    return refund_orders.ask(
        receipt=receipt,
        parts={receipt.allocations.get().pk: amount or receipt.amount},
        reason="Sent twice",
        by=None,
        on=today(),
        now=timezone.now(),
    )


def a_payout() -> Payout:
    """A payout that took a fee of £1.50 from the bank."""
    line = PayoutLine("line", "fee", Money(-150, "GBP"), Money(0, "GBP"))
    told = PayoutSnapshot("so_sample", "paid", Money(-150, "GBP"), today(), (line,))
    return payouts.bring_up(provider="sandbox", snapshot=told, now=timezone.now())


def an_event() -> ProviderEvent:
    told = Event("se_sample", "payment.succeeded", "sp_nobody")
    (stored,) = inbox.store(provider="sandbox", body=b'{"id": "se_sample"}', told=[told], now=timezone.now())
    inbox.handled(event_id=stored.pk, state=EventState.PARKED, reason="Unknown.", now=timezone.now())
    return ProviderEvent.objects.get(pk=stored.pk)


def a_bank_account() -> BankAccount:
    return bank.open_account(
        name="Current account",
        ledger="1000",
        currency="GBP",
        holder="The Courier Readers' Society Limited",
        sort_code="20-00-00",
        number="12345678",
        is_published=True,
        now=timezone.now(),
    )


def a_standing_order(*, name="Olga Vane", **told) -> StandingOrder:
    facts = {
        "amount": pounds(10),
        "interval": 1,
        "usual_day": 2,
        "first_on": today() - dt.timedelta(days=40),
        "email": "olga@example.org",
        "place": "Hull",
        "thanks_as": "initials",
        "on": today(),
        "now": timezone.now(),
        "by": None,
        **told,
    }
    return standing_orders.promise(name=name, **facts)


def a_statement(account: BankAccount, *rows: str) -> Statement:
    """A statement of the account, taken in; each row is a line of CSV: amount, name, what was written."""
    head = "Date,Name,Description,Amount"
    data = "\n".join([head, *(f"{today():%d/%m/%Y},{row}" for row in rows), ""]).encode()
    if bank.mapping_of(account) is None:
        layout = csv_mapping.guess(data)
        bank.settle_mapping(account=account, layout=layout, by=None, now=timezone.now())
    file = importing.keep(account=account, data=data, name="november.csv", by=None, now=timezone.now())
    (statement,) = importing.book(file=file, by=None, now=timezone.now(), accepts_doubts=True)
    return statement


def all_of_them() -> dict[str, object]:
    """One of each thing that the desk shows, by the names that the access matrix uses."""
    a_society()
    a_running_fund()
    receipt = a_cheque()
    counted = a_counted_collection()
    alike = a_likeness()
    account = a_bank_account()
    statement = a_statement(account, "NOBODY KNOWN,Thanks,5.00")
    sent = importing.keep(
        account=account,
        data=b"Date,Name,Description,Amount\n2/11/2026,X,Y,1.00\n",
        name="b.csv",
        by=None,
        now=timezone.now(),
    )
    return {
        "receipt": receipt.pk,
        "collection": counted.pk,
        "slip": a_slip(counted).number,
        "application": a_paid_application().public_id,
        "member": a_member().number,
        "entry": Entry.objects.order_by("id").first().pk,
        "letter": a_letter(secret=True).pk,
        "column": a_column().pk,
        "product": a_product().pk,
        "consignment": a_consignment().pk,
        "likeness": alike.pk,
        "somebody": alike.person_id,
        "somebody_else": alike.like_id,
        "refund": a_refund().public_id,
        "payout": a_payout().pk,
        "event": an_event().pk,
        "bank_account": account.pk,
        "statement_file": sent.pk,
        "bank_line": statement.lines.get().pk,
        "standing_order": a_standing_order().public_id,
    }
