"""A treasurer's month through the real pages: post, cards, bank, what goes back, the column, the close; then the books.

Everything happens on two days, yesterday and today, so that the test needs no clock of its own. With PENNYPRESS_PICTURES
set to a folder, a picture of each screen is left there, for whoever looks at how they read.
"""

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import timezone
from playwright.sync_api import Page, expect

from pennypress import laws
from pennypress.config import lawbook
from pennypress.giving import meter
from pennypress.giving.models import StandingOrder
from pennypress.ledger import balances, chart
from pennypress.ledger.models import Account
from pennypress.money import Money
from pennypress.newsroom.models import Column
from pennypress.payments import refund_orders
from pennypress.payments.models import Match, Payout, Receipt, RefundOrder
from pennypress.payments.providers import sandbox, sandbox_webhooks
from pennypress.payments.sandbox_tables import SandboxEvent
from pennypress.people import roles
from pennypress.subscriptions import products
from tests.desk import cast, samples
from tests.newsroom import builders as press

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PENNYPRESS_PICTURES", "")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# The menu at the side takes a moment to give way.
FITS = """() => [document.documentElement, ...document.querySelectorAll(".desk-screen, .page")].every(
    (one) => one.scrollWidth <= one.clientWidth && one.getBoundingClientRect().right <= innerWidth)"""


@dataclass
class Desk:
    """One person's browser at the paper, with the pictures it leaves."""

    page: Page
    house: str

    def open(self, path):
        self.page.goto(self.house + path)

    def fill(self, label, typed):
        """Fills the field of this name; one that is required has a star after it."""
        self.page.get_by_label(re.compile(rf"^\s*{label}\s*\*?\s*$")).first.fill(str(typed))

    def press(self, words):
        self.page.get_by_role("button", name=words, exact=True).click()

    def says(self, words):
        expect(self.page.get_by_text(words).first).to_be_visible()

    def picture(self, name):
        """Nothing stands beside the edge at either width; and a picture of both, where a folder for them is named."""
        for size, width in (("", WIDE), ("-phone", NARROW)):
            self.page.set_viewport_size(width)
            self.page.wait_for_function(FITS, timeout=3_000)
            if PICTURES:
                self.page.screenshot(path=Path(PICTURES) / f"{name}{size}.png", full_page=True)
        self.page.set_viewport_size(WIDE)


@pytest.fixture
def seat(house, browser, settings):
    """Gives a member of staff, or a reader without a key, a browser of their own."""
    settings.PAYMENT_PROVIDERS = ["sandbox"]

    def taken(client=None):
        context = browser.new_context(viewport=WIDE)
        if client is not None:
            key = client.cookies[configured.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": configured.SESSION_COOKIE_NAME, "value": key, "url": house}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        return Desk(page, house)

    return taken


@pytest.fixture
def paper(house):
    """A paper with a running fund, a product, an account for books sold, a bank account and one standing order."""
    made = press.a_paper()
    samples.a_society()
    samples.a_running_fund()
    products.offer(
        name="The paper by post", price=samples.pounds(60), months=12, includes_epaper=True, active_from=yesterday()
    )
    samples.a_bank_account()
    Account.objects.create(code="4920", name="Books", kind="income")
    samples.a_standing_order()
    return made


def yesterday():
    return samples.today() - dt.timedelta(days=1)


def raised():
    return meter.read(now=timezone.now()).raised


def in_account(code):
    return balances.of(account=code, on=samples.today(), currency="GBP")


def the_worker_delivers():
    """What the worker does with the sandbox's news: each is sent over HTTP to the running paper."""
    for event in SandboxEvent.objects.filter(delivered_at=None):
        sandbox_webhooks.deliver(event_ref=event.ref, now=timezone.now())


def receipt_of(name):
    return Receipt.objects.get(payer_name=name)


# --- The post ---------------------------------------------------------------------------------------------------------


def _types(desk, *fields):
    for typed in fields:
        desk.page.keyboard.type(typed)
        desk.page.keyboard.press("Tab")


def _a_batch_by_keyboard(desk):
    desk.open("/desk/post/batch/")
    desk.fill("Received on", yesterday())
    desk.fill("Total on the slip", "375")
    desk.page.get_by_label("Amount, line 1", exact=True).focus()
    _types(desk, "25", "Ann Lee")
    desk.page.keyboard.type("100412")
    desk.page.keyboard.press("Enter")
    _types(desk, "250", "Bob Ray")
    desk.page.keyboard.type("000123")
    desk.page.keyboard.press("Enter")
    # Split three ways: sixty for the paper by post, thirty for the fund, and what remains for books.
    _types(desk, "100", "Cy Dee", "000077", "Subscription: T", "60", "G", "30", "Other income: B", "Hull", "N")
    expect(desk.page.locator("[data-added]")).to_have_text("£375.00")
    expect(desk.page.locator("[data-apart]")).to_be_hidden()
    desk.picture("01-post-batch")
    desk.page.keyboard.press("Control+Enter")
    desk.says("3 pieces of post entered: £375.00.")


def _a_euro_cheque(desk):
    desk.open("/desk/post/")
    desk.fill("Amount", "41.50")
    desk.fill("Received on", yesterday())
    desk.fill("Reference", "EU-7731")
    desk.page.locator("#id_gift").fill("41.50")
    desk.fill("From", "Éva Nagy")
    desk.page.get_by_text("More parts, another to credit, foreign money").click()
    desk.page.get_by_label("In this currency").select_option("EUR")
    desk.page.get_by_label("Sent as").fill("50")
    desk.picture("02-post-euro-cheque")
    desk.press("Enter")
    desk.open(f"/desk/receipts/{receipt_of('Éva Nagy').pk}/")
    desk.says("€50.00")
    desk.picture("03-receipt-euro")


def _a_slip_paid_in(desk):
    desk.open("/desk/slips/")
    desk.picture("04-slips")
    desk.press("Draw the slip")
    desk.fill("Paid in on", yesterday())
    desk.picture("05-slip")
    desk.press("Note as paid in")
    desk.says("is paid in.")
    desk.picture("06-slip-paid-in")


def the_post_is_entered_and_paid_in(desk):
    _a_batch_by_keyboard(desk)
    _a_euro_cheque(desk)
    _a_slip_paid_in(desk)

    split = [(part.purpose, part.amount_minor) for part in receipt_of("Cy Dee").allocations.order_by("id")]
    assert split == [("subscription", 6000), ("gift", 3000), ("other", 1000)]
    assert receipt_of("Éva Nagy").sent == Money(5000, "EUR")
    assert raised() == Money(25_00 + 250_00 + 30_00 + 41_50, "GBP")
    assert in_account(chart.BANK) == Money(416_50, "GBP")


# --- The cards --------------------------------------------------------------------------------------------------------


def _a_card_gift(reader, amount, name):
    reader.open("/give/")
    reader.page.get_by_label("Or another amount").fill(amount)
    reader.page.get_by_label("Your e-mail address").fill(f"{name.lower()}@example.org")
    reader.page.locator("#id_name").fill(f"{name} Ayre")
    reader.press("Go on to payment")
    reader.page.locator("label.tile", has=reader.page.get_by_role("radio", name="4242")).click()
    reader.picture(f"07-sandbox-{name.lower()}")
    reader.page.get_by_role("button", name="Pay £").click()
    the_worker_delivers()


def cards_settle_and_are_paid_out(reader, desk):
    before = raised()
    _a_card_gift(reader, "60", "Fay")
    _a_card_gift(reader, "40", "Gus")
    sandbox.pay_out(now=timezone.now())
    the_worker_delivers()

    payout = Payout.objects.get()
    desk.open("/desk/payouts/")
    desk.picture("08-payouts")
    desk.open(f"/desk/payouts/{payout.pk}/")
    desk.picture("09-payout")
    assert raised() == before + Money(100_00, "GBP")
    assert payout.state == "paid"
    return payout


# --- The bank ---------------------------------------------------------------------------------------------------------


def _the_statement(payout):
    """The bank's CSV: the slip, a standing order, the payout, and a transfer that nobody can place."""
    rows = [
        (yesterday(), "COUNTER CREDIT", "Paying-in slip 1", Money(416_50, "GBP")),
        (yesterday(), "O VANE", StandingOrder.objects.get().reference, Money(10_00, "GBP")),
        (yesterday(), "H MARSH", "With best wishes", Money(75_00, "GBP")),
        (samples.today(), "SANDBOX", payout.provider_ref, payout.amount),
    ]
    lines = [f"{on:%d/%m/%Y},{name},{said},{sum.minor / 100:.2f}" for on, name, said, sum in rows]
    return "\n".join(["Date,Name,Description,Amount", *lines, ""]).encode()


def _a_statement_is_sent(desk, payout):
    desk.open("/desk/bank/")
    desk.picture("10-bank")
    desk.page.goto(f"{desk.house}/desk/bank/1/import/")
    file = {"name": "november.csv", "mimeType": "text/csv", "buffer": _the_statement(payout)}
    desk.page.locator("input[type=file]").set_input_files(file)
    desk.press("Look at it")
    desk.says("The file as it came")
    desk.picture("11-bank-columns")
    desk.press("Keep")
    desk.says("What this file brings")
    desk.picture("12-bank-file")
    if desk.page.get_by_label(re.compile("all the same|nevertheless|anyway", re.I)).count():
        desk.page.get_by_label(re.compile("all the same|nevertheless|anyway", re.I)).check()
    desk.press("Take it in")
    desk.says("4 new lines taken in.")


def _the_unknown_waits_for_a_purpose(desk):
    desk.page.locator("#unknown").get_by_role("link").first.click()
    desk.page.get_by_text("a receipt, for one purpose or several").click()
    desk.page.locator("#id_gift").fill("")
    desk.page.locator("#id_unallocated").fill("75")
    desk.picture("14-bank-line")
    desk.press("Book it")
    desk.picture("15-bank-line-booked")


def the_bank_is_matched_line_by_line(desk, payout):
    before = raised()
    _a_statement_is_sent(desk, payout)
    desk.open("/desk/bank/1/match/")
    desk.picture("13-bank-match")
    desk.press("Confirm all 2 that are certain: £108.20")
    desk.says("2 lines confirmed, £108.20.")
    desk.page.locator("form.desk-group input[name=token]").check()
    desk.press("Confirm the ticked")
    desk.says("1 line confirmed, £416.50.")
    _the_unknown_waits_for_a_purpose(desk)
    desk.open("/desk/bank/1/match/")
    desk.says("Every line is accounted for.")
    desk.picture("16-bank-matched")
    desk.open("/desk/bank/1/reconcile/")
    desk.picture("17-bank-reconcile")
    desk.says("Bank and books agree")

    assert sorted(Match.objects.values_list("kind", flat=True)) == ["booked", "booked", "payout", "slip"]
    assert raised() == before + Money(10_00, "GBP")
    assert in_account(chart.UNALLOCATED) == Money(-75_00, "GBP")


# --- What goes back ---------------------------------------------------------------------------------------------------


def a_cheque_bounces(desk):
    before = raised()
    receipt = receipt_of("Ann Lee")
    desk.open(f"/desk/receipts/{receipt.pk}/")
    desk.fill("Reason", "Refer to drawer")
    desk.fill("The bank's charge for it", "5")
    desk.picture("18-receipt")
    desk.press("Take back the whole receipt")
    desk.says("£25.00 taken back.")
    desk.picture("19-receipt-bounced")
    assert raised() == before - Money(25_00, "GBP")


def _asks_back(desk, receipt, name):
    desk.open(f"/desk/receipts/{receipt.pk}/")
    desk.page.get_by_role("link", name="Order a refund").click()
    desk.fill("Reason", "Given by mistake")
    desk.picture(f"20-refund-{name}")
    desk.press("Order the refund")
    desk.says("Ordered.")
    return RefundOrder.objects.get(receipt=receipt)


def a_card_gift_goes_back(desk):
    before = raised()
    receipt = Receipt.objects.get(payment__payer_email="gus@example.org")
    order = _asks_back(desk, receipt, "card")
    refund_orders.send_due(now=timezone.now())
    the_worker_delivers()
    desk.open(f"/desk/refunds/{order.public_id}/")
    desk.picture("21-refund-done")
    order.refresh_from_db()
    assert order.state == "done"
    assert raised() == before - Money(40_00, "GBP")


def a_large_cheque_goes_back_by_two(desk, second):
    before = raised()
    order = _asks_back(desk, receipt_of("Bob Ray"), "large")
    desk.says("another treasurer has to agree")
    expect(desk.page.get_by_role("button", name="Agree that")).to_have_count(0)
    desk.picture("22-refund-waits")
    assert raised() == before

    second.open("/desk/")
    second.picture("23-first-screen-second")
    second.open(f"/desk/refunds/{order.public_id}/")
    second.press("Agree that £250.00 goes back")
    second.says("Agreed.")
    second.fill("Cheque number or bank reference", "000901")
    second.picture("24-refund-agreed")
    second.press("Note as paid back")
    second.says("In the books")
    second.picture("25-refund-paid-back")
    assert raised() == before - Money(250_00, "GBP")


# --- The column -------------------------------------------------------------------------------------------------------


def the_column_is_published(editor, reader):
    editor.open("/desk/column/")
    editor.fill("From", yesterday())
    editor.picture("26-column")
    editor.press("Draft the column")
    editor.page.wait_for_url("**/desk/pages/*/edit/")
    editor.picture("27-column-editor")
    _publish(editor)
    editor.says("has been published.")
    column = Column.objects.get()
    assert column.figures["raised"]["minor"] == raised().minor
    reader.page.goto(reader.house + column.article.url)
    reader.says(column.figures["raised"]["text"])
    reader.picture("28-column-published")


def _publish(editor):
    """Draftail puts a text into the form once it has begun; until then the form has none."""
    expect(editor.page.locator("input[name='body-0-value']")).to_have_value(re.compile("FIGURE"))
    editor.page.locator("footer").get_by_role("button", name="More actions").click()
    editor.page.locator("button[name=action-publish]").click()


# --- The close --------------------------------------------------------------------------------------------------------


def the_days_are_closed(desk):
    desk.open("/desk/books/close/")
    desk.fill("Close to the end of", yesterday())
    desk.picture("29-close")
    desk.press("Close these days for good")
    desk.says("Still open: 1 sum without a purpose")
    desk.picture("30-close-refused")
    desk.page.get_by_label("I have seen what is still open").check()
    desk.press("Close these days for good")
    desk.says("The books are closed to the end of")
    desk.picture("31-closed")


def a_late_entry_is_refused_in_words(desk):
    before = Receipt.objects.count()
    desk.open("/desk/post/batch/")
    desk.fill("Received on", yesterday())
    desk.page.get_by_label("Amount, line 1", exact=True).fill("15")
    desk.page.get_by_label("From, line 1", exact=True).fill("Late Larry")
    desk.press("Enter them all")
    desk.says("The first open day is")
    desk.picture("32-late")
    assert desk.page.get_by_label("From, line 1", exact=True).input_value() == "Late Larry"
    assert Receipt.objects.count() == before


def the_books_agree(desk):
    """Every law holds, the trial balance balances, and the meter is what the ledger has for gifts."""
    desk.open("/desk/books/")
    desk.says("the books balance")
    desk.picture("33-trial-balance")
    desk.open("/desk/books/laws/")
    desk.picture("34-laws")
    desk.open("/desk/fund/")
    desk.says(str(raised()))
    desk.picture("35-fund")
    assert [finding.law.name for finding in laws.run(lawbook.every_law()) if not finding.holds] == []
    assert balances.trial(on=samples.today(), currency="GBP").balances
    assert -in_account(chart.GIFTS) - in_account(chart.PLEDGES) == raised()


def test_a_treasurers_month(seat, paper):
    desk, second = (seat(cast.at_the_desk(roles.TREASURER, f"{one}@example.org")) for one in ("tom", "una"))
    editor, reader = seat(cast.at_the_desk(roles.EDITOR)), seat()
    desk.open("/desk/")
    desk.picture("00-first-screen")
    the_post_is_entered_and_paid_in(desk)
    payout = cards_settle_and_are_paid_out(reader, desk)
    the_bank_is_matched_line_by_line(desk, payout)
    a_cheque_bounces(desk)
    a_card_gift_goes_back(desk)
    a_large_cheque_goes_back_by_two(desk, second)
    the_column_is_published(editor, reader)
    the_days_are_closed(desk)
    a_late_entry_is_refused_in_words(desk)
    the_books_agree(desk)


def test_an_amount_typed_into_the_column_is_refused_and_stays_as_it_was_typed(seat, paper):
    samples.a_cheque()
    article = samples.a_column()
    editor = seat(cast.at_the_desk(roles.EDITOR))
    editor.open(f"/desk/pages/{article.pk}/edit/")
    field = editor.page.locator("input[name='body-0-value']")
    expect(field).to_have_value(re.compile("FIGURE"))
    editor.page.locator(".public-DraftEditor-content").first.click()
    editor.page.keyboard.press("Control+End")
    editor.page.keyboard.type(" We hope for £310 more.")
    # Draftail waits a quarter of a second for the next key before it hands the text to the form.
    expect(field).to_have_value(re.compile("£310"))

    _publish(editor)

    editor.says("“£310” was typed, and is none of the column's figures.")
    editor.picture("36-column-refused")
    article.refresh_from_db()
    assert not article.live
    expect(editor.page.locator(".public-DraftEditor-content").first).to_contain_text("£310")
