"""A small Stripe: sessions, intents, charges, refunds, disputes, payouts, with the balance moved as Stripe moves it.

It speaks HTTP to the real SDK. What a payer, a bank or Stripe itself does, a test does by its methods; each appends
the events that Stripe would send, which the test posts, loses, repeats or reorders as it likes.
"""

import datetime as dt
import json
import time
import uuid

import stripe

from tests.payments.fakes.serving import Refusal, Server, fields

NEXT_YEAR = dt.date.today().year + 1
DECLINES = {"declined": "generic_decline", "poor": "insufficient_funds", "expired": "expired_card"}
# By the kind of object: how its name begins.
PREFIXES = {
    "checkout.session": "cs_test_",
    "payment_intent": "pi_",
    "setup_intent": "seti_",
    "charge": "ch_",
    "refund": "re_",
    "dispute": "dp_",
    "payment_method": "pm_",
    "mandate": "mandate_",
    "customer": "cus_",
    "balance_transaction": "txn_",
    "payout": "po_",
    "event": "evt_",
}
PATHS = {
    "checkout/sessions": "checkout.session",
    "payment_intents": "payment_intent",
    "setup_intents": "setup_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "payment_methods": "payment_method",
    "mandates": "mandate",
    "balance_transactions": "balance_transaction",
    "payouts": "payout",
}


def refuse(status, code, message="no", kind="invalid_request_error", **more):
    raise Refusal(status, {"error": {"type": kind, "code": code, "message": message, **more}})


class FakeStripe(Server):
    key = "sk_test_fake"
    secret = "whsec_fake"

    def __init__(self):
        super().__init__()
        self.things, self.events, self.largest_page = {}, [], 2
        # No two servers give the same names.
        self.tag = uuid.uuid4().hex[:8]
        self.pages_at = "https://checkout.stripe.com"

    # What the SDK sees.

    def trouble(self, status):
        return {"error": {"type": "api_error", "message": "trouble", "code": "rate_limit" if status == 429 else None}}

    def unknown_key(self):
        return {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}

    def parse(self, query, body):
        return fields(query, body)

    def once(self, key, method, path, params):
        asked = (method, path, json.dumps(params, sort_keys=True))
        if key not in self.kept:
            try:
                kept = (200, self.route(method, path, params))
            except Refusal as refusal:
                kept = (refusal.status, refusal.body)
            self.kept[key] = (asked, kept)
        before, kept = self.kept[key]
        if before != asked:
            return 400, {"error": {"type": "idempotency_error", "message": "same key, other parameters"}}
        return kept

    def page(self, path):
        """The page for the payer, for tests in a browser."""
        session = self.get(path.rpartition("/")[2], "checkout.session")
        head = '<!doctype html><title>Pay</title><link rel="icon" href="data:,">'
        return f"{head}<body>Pay £{session['amount_total'] / 100:.2f}"

    def forget_keys(self):
        """A day later, Stripe knows the keys no more."""
        self.kept.clear()

    def route(self, method, path, params):
        expand = params.pop("expand", [])
        steps = path.removeprefix("/v1/").split("/")
        name = "/".join(steps[:2]) if steps[0] == "checkout" else steps[0]
        rest = steps[2:] if steps[0] == "checkout" else steps[1:]
        kind = PATHS.get(name) or refuse(404, None, f"Unrecognized request URL {path}")
        if method == "GET" and not rest:
            return self.listed(kind, params, path, expand)
        if method == "GET":
            return self.shown(self.get(rest[0], kind), expand)
        make = getattr(self, "_".join(["create", *kind.split("."), *rest[1:]]))
        return self.shown(make(*rest[:1], **params), expand)

    def get(self, ref, kind=None):
        found = self.things.get(ref)
        if found is None or (kind and found["object"] != kind):
            refuse(404, "resource_missing", f"No such {kind}: '{ref}'")
        return found

    def listed(self, kind, params, path, expand):
        after, size = params.pop("starting_after", None), min(int(params.pop("limit", 10)), self.largest_page)
        since = int((params.pop("created", None) or {}).get("gte", 0))
        found = [each for each in reversed(self.things.values()) if each["object"] == kind and each["created"] >= since]
        found = [each for each in found if all(each.get(name) == value for name, value in params.items())]
        if after:
            found = found[[each["id"] for each in found].index(after) + 1 :]
        inner = [path_.removeprefix("data.") for path_ in expand]
        data = [self.shown(each, inner) for each in found[:size]]
        return {"object": "list", "url": path, "has_more": len(found) > size, "data": data}

    def shown(self, thing, expand):
        shown = {name: value for name, value in thing.items() if not name.startswith("_")}
        if thing["object"] == "charge" and any(path.split(".")[0] == "refunds" for path in expand):
            refunds = self.listed("refund", {"charge": thing["id"]}, "/v1/refunds", [])
            shown["refunds"] = refunds
        for path in expand:
            head, _dot, rest = path.partition(".")
            if isinstance(shown.get(head), str) and shown[head] in self.things:
                shown[head] = self.shown(self.things[shown[head]], [rest] if rest else [])
        return shown

    def add(self, kind, prefix=None, **fields_):
        # Names of real length, and a field that no version has yet.
        ref = f"{prefix or PREFIXES[kind]}{self.tag}{len(self.things):016d}"
        made = {"id": ref, "object": kind, "created": int(time.time()), "livemode": False, "of_tomorrow": {"x": [1]}}
        self.things[ref] = {**made, **fields_}
        return self.things[ref]

    def tell(self, kind, thing):
        body = {"api_version": "2026-10-28.endive", "type": kind, "data": {"object": self.shown(thing, [])}}
        self.events.append(self.add("event", **body))
        return thing

    def signed(self, event, *, secret=None, at=None):
        """The body of a webhook and its header."""
        body = json.dumps(event)
        stamp = int(time.time() if at is None else at)
        header = stripe.WebhookSignature.generate_signature_header(body, secret or self.secret, stamp)
        return body.encode(), {"Stripe-Signature": header}

    # What our calls make.

    def create_checkout_session(self, *, mode, line_items=(), payment_intent_data=None, setup_intent_data=None, **more):
        price = line_items[0]["price_data"] if line_items else {}
        session = self.add(
            "checkout.session",
            mode=mode,
            status="open",
            payment_status="unpaid",
            amount_total=int(price["unit_amount"]) if price else None,
            currency=price.get("currency"),
            payment_intent=None,
            setup_intent=None,
            _for_intent=payment_intent_data or setup_intent_data or {},
            **more,
        )
        session["url"] = f"{self.pages_at}/c/pay/{session['id']}"
        return session

    def create_payment_intent(self, *, amount, confirm, off_session, payment_method, customer, **more):
        method = self.get(payment_method)
        if method["customer"] != customer:
            refuse(400, "payment_method_customer_mismatch")
        intent = self.add(
            "payment_intent",
            amount=int(amount),
            payment_method=payment_method,
            customer=customer,
            setup_future_usage=None,
            **more,
        )
        self.try_to_pay(intent, method, is_there=False)
        if intent["last_payment_error"]:
            error = {**intent["last_payment_error"], "payment_intent": self.shown(intent, [])}
            raise Refusal(402, {"error": error})
        return intent

    def create_refund(self, *, payment_intent, amount, metadata=None):
        charge = self.get(self.get(payment_intent)["latest_charge"])
        amount = int(amount)
        if any(each["charge"] == charge["id"] and each["status"] != "lost" for each in self.all("dispute")):
            refuse(400, "charge_disputed", "Charge has been disputed")
        if charge["amount_refunded"] == charge["amount"]:
            refuse(400, "charge_already_refunded")
        if charge["status"] != "succeeded" or amount > charge["amount"] - charge["amount_refunded"]:
            refuse(400, None, "Refund amount is greater than unrefunded amount on charge")
        facts = {"charge": charge["id"], "payment_intent": payment_intent, "amount": amount, "metadata": metadata or {}}
        refund = self.add("refund", status="succeeded", currency=charge["currency"], **facts)
        refund["failure_balance_transaction"] = None
        refund["balance_transaction"] = self.moved("refund", -amount, refund)["id"]
        charge["amount_refunded"] += amount
        self.tell("refund.created", refund)
        self.tell("charge.refunded", charge)
        return refund

    def create_payment_method_detach(self, ref):
        method = self.get(ref, "payment_method")
        if method["customer"] is None:
            refuse(400, "payment_method_unattached")
        method["customer"] = None
        for leave in self.all("mandate"):
            if leave["payment_method"] == ref:
                leave["status"] = "inactive"
                self.tell("mandate.updated", leave)
        return self.tell("payment_method.detached", method)

    # What happens at Stripe.

    def all(self, kind):
        return [each for each in self.things.values() if each["object"] == kind]

    def moved(self, kind, amount, source, fee=0):
        facts = {"currency": source["currency"], "source": source["id"], "description": kind, "payout": None}
        return self.add("balance_transaction", type=kind, amount=amount, fee=fee, net=amount - fee, **facts)

    def pay(self, session_ref, *, card="good", email="other@example.org"):
        """The payer pays on the page, perhaps under an address of their wallet that we never heard of."""
        session = self.get(session_ref)
        kind = session["payment_method_types"][0]
        is_kept = session["mode"] == "setup" or session["_for_intent"].get("setup_future_usage") == "off_session"
        customer = self.add("customer", email=email)["id"] if is_kept else None
        facts = {"exp_month": 8, "exp_year": NEXT_YEAR, "brand": "visa"} if kind == "card" else {}
        details = {kind: {"last4": "4242" if kind == "card" else "2345", **facts}}
        method = self.add("payment_method", type=kind, customer=customer, _card=card, **details)
        session.update(customer=customer, customer_details={"email": email, "name": "Somebody Else"})
        return self._set_up(session, method) if session["mode"] == "setup" else self._paid_on(session, method)

    def _set_up(self, session, method):
        facts = {"payment_method": method["id"], "customer": method["customer"], **session["_for_intent"]}
        setup = self.add("setup_intent", status="succeeded", mandate=None, **facts)
        if method["type"] != "card":
            setup["mandate"] = self.add("mandate", payment_method=method["id"], status="pending")["id"]
        session.update(status="complete", setup_intent=setup["id"])
        self.tell("setup_intent.succeeded", setup)
        self.tell("checkout.session.completed", session)
        return method

    def _paid_on(self, session, method):
        intent = self.things.get(session["payment_intent"]) or self.add(
            "payment_intent",
            amount=session["amount_total"],
            currency=session["currency"],
            payment_method_types=session["payment_method_types"],
            **{"setup_future_usage": None, "metadata": {}, **session["_for_intent"]},
        )
        intent.update(payment_method=method["id"], customer=method["customer"])
        session["payment_intent"] = intent["id"]
        self.try_to_pay(intent, method)
        self._page_done(session, intent)
        return intent

    def _page_done(self, session, intent):
        if intent["status"] in ("succeeded", "processing"):
            session["status"] = "complete"
            session["payment_status"] = "paid" if intent["status"] == "succeeded" else "unpaid"
            self.tell("checkout.session.completed", session)

    def try_to_pay(self, intent, method, *, is_there=True):
        intent.update(last_payment_error=None, latest_charge=None, amount_received=0)
        card = method["_card"]
        if card in DECLINES or (card == "asks" and not is_there):
            return self._declined(intent, method, DECLINES.get(card, "authentication_required"))
        if card == "asks":
            intent["status"] = "requires_action"
            return self.tell("payment_intent.requires_action", intent)
        charge = self._charged(intent, method, "succeeded" if method["type"] == "card" else "pending")
        if charge["status"] == "pending":
            intent["status"] = "processing"
            return self.tell("payment_intent.processing", intent)
        return self._succeeded(intent, charge)

    def authenticate(self, session_ref, *, approves=True):
        """The payer answers their bank."""
        session = self.get(session_ref)
        intent = self.get(session["payment_intent"])
        method = self.get(intent["payment_method"])
        if not approves:
            return self._declined(intent, method, "payment_intent_authentication_failure")
        self._succeeded(intent, self._charged(intent, method, "succeeded"))
        self._page_done(session, intent)
        return intent

    def _charged(self, intent, method, status):
        charge = self.add(
            "charge",
            prefix="ch_" if method["type"] == "card" else "py_",
            status=status,
            amount=intent["amount"],
            currency=intent["currency"],
            customer=intent["customer"],
            payment_intent=intent["id"],
            payment_method_details={"type": method["type"]},
            metadata=dict(intent["metadata"]),
            amount_refunded=0,
            disputed=False,
            balance_transaction=None,
        )
        intent["latest_charge"] = charge["id"]
        return charge

    def _declined(self, intent, method, code):
        charge = self._charged(intent, method, "failed")
        error = {"type": "card_error", "code": "card_declined", "decline_code": code, "message": "declined"}
        intent.update(status="requires_payment_method", last_payment_error={**error, "charge": charge["id"]})
        return self.tell("payment_intent.payment_failed", intent)

    def _succeeded(self, intent, charge):
        fee = charge["amount"] * 15 // 1000 + 20
        kind = "charge" if charge["id"].startswith("ch_") else "payment"
        charge.update(status="succeeded", balance_transaction=self.moved(kind, charge["amount"], charge, fee)["id"])
        intent.update(status="succeeded", amount_received=intent["amount"])
        self.tell("payment_intent.succeeded", intent)
        return self.tell("charge.succeeded", charge)

    def clear(self, intent_ref, *, fails=""):
        """Days later the bank pays a debit, or says why not."""
        intent = self.get(intent_ref)
        charge = self.get(intent["latest_charge"])
        session = next((each for each in self.all("checkout.session") if each["payment_intent"] == intent_ref), None)
        if fails:
            charge["status"] = "failed"
            error = {"type": "invalid_request_error", "code": fails, "message": "returned"}
            intent.update(status="requires_payment_method", last_payment_error=error)
            self.tell("payment_intent.payment_failed", intent)
        else:
            self._succeeded(intent, charge)
        if session:
            session["payment_status"] = "unpaid" if fails else "paid"
            self.tell(f"checkout.session.async_payment_{'failed' if fails else 'succeeded'}", session)
        return intent

    def dispute(self, intent_ref, *, reason="fraudulent", status="needs_response"):
        charge = self.get(self.get(intent_ref)["latest_charge"])
        facts = {"charge": charge["id"], "payment_intent": intent_ref, "currency": charge["currency"]}
        amount = charge["amount"] - charge["amount_refunded"]
        dispute = self.add("dispute", amount=amount, reason=reason, status=status, balance_transactions=[], **facts)
        charge["disputed"] = True
        if not status.startswith("warning"):
            dispute["balance_transactions"].append(self.moved("adjustment", -amount, dispute, 2000))
            self.tell("charge.dispute.funds_withdrawn", dispute)
        return self.tell("charge.dispute.created", dispute)

    def decide(self, dispute_ref, *, won):
        dispute = self.get(dispute_ref)
        dispute["status"] = "won" if won else "lost"
        if won:
            dispute["balance_transactions"].append(self.moved("adjustment", dispute["amount"], dispute, -2000))
            self.tell("charge.dispute.funds_reinstated", dispute)
        return self.tell("charge.dispute.closed", dispute)

    def fail_refund(self, refund_ref):
        """The card that a refund went to is closed: the money comes back to the paper."""
        refund = self.get(refund_ref)
        refund["failure_balance_transaction"] = self.moved("refund_failure", refund["amount"], refund)["id"]
        refund["status"] = "failed"
        self.get(refund["charge"])["amount_refunded"] -= refund["amount"]
        return self.tell("refund.failed", refund)

    def expire(self, session_ref):
        session = self.get(session_ref)
        session["status"] = "expired"
        return self.tell("checkout.session.expired", session)

    def take_fee(self, amount, currency="gbp"):
        return self.moved("stripe_fee", -amount, {"currency": currency, "id": None})

    def pay_out(self, currency="gbp"):
        waiting = [each for each in self.all("balance_transaction") if not each["payout"] and each["type"] != "payout"]
        waiting = [each for each in waiting if each["currency"] == currency]
        amount = sum(each["net"] for each in waiting)
        facts = {"status": "paid", "automatic": True, "arrival_date": int(time.time()) // 86_400 * 86_400}
        payout = self.add("payout", amount=amount, currency=currency, **facts)
        for each in [*waiting, self.moved("payout", -amount, payout)]:
            each["payout"] = payout["id"]
        return self.tell("payout.paid", payout)

    def delete(self, ref):
        del self.things[ref]
