"""A small GoCardless: billing requests, mandates, payments, refunds, payouts with their items, and the events of each.

It speaks HTTP to the real SDK. What a payer, a bank or GoCardless itself does, a test does by its methods; each appends
the events that GoCardless would send, and keeps them for whoever asks what happened to a payment.
"""

import datetime as dt
import hashlib
import hmac
import json
from urllib.parse import parse_qsl

from tests.payments.fakes.serving import Refusal, Server

PREFIXES = {
    "billing_requests": "BRQ",
    "billing_request_flows": "BRF",
    "payments": "PM",
    "mandates": "MD",
    "refunds": "RF",
    "payouts": "PO",
    "payout_items": "PI",
    "events": "EV",
    "customer_bank_accounts": "BA",
}
TOMORROW = dt.date.today() + dt.timedelta(days=1)


def refuse(status, kind, reason="", **links):
    errors = [{"reason": reason, "message": "no", "field": "it", "request_pointer": "/it", "links": links}]
    raise Refusal(status, {"error": {"type": kind, "code": status, "message": "no", "errors": errors}})


class FakeGoCardless(Server):
    key = "sandbox_fake"
    secret = "gc-webhook-secret"

    def __init__(self):
        super().__init__()
        self.things, self.largest_page, self.seconds = {}, 2, 0
        self.next_possible = dt.date.today() + dt.timedelta(days=4)

    # What the SDK sees.

    def trouble(self, status):
        kind = "invalid_api_usage" if status == 429 else "gocardless"
        return {"error": {"type": kind, "code": status, "message": "trouble", "errors": []}}

    def unknown_key(self):
        return {"error": {"type": "invalid_api_usage", "code": 401, "message": "token", "errors": []}}

    def parse(self, query, body):
        return json.loads(body) if body else dict(parse_qsl(query))

    def once(self, key, method, path, params):
        if key in self.kept:
            refuse(409, "invalid_state", "idempotent_creation_conflict", conflicting_resource_id=self.kept[key])
        made = self.route(method, path, params)
        self.kept[key] = next(iter(made.values()))["id"]
        return 201, made

    def forget_keys(self):
        self.kept.clear()

    def route(self, method, path, params):
        kind, *rest = path.strip("/").split("/")
        if kind not in PREFIXES:
            refuse(404, "invalid_api_usage", "not_found")
        if method == "GET" and not rest:
            return self.listed(kind, params)
        if method == "GET":
            return {kind: self.get(rest[0], kind)}
        if method == "PUT":
            self.get(rest[0], kind)["metadata"] = params[kind]["metadata"]
            return {kind: self.get(rest[0], kind)}
        if rest:
            return {kind: getattr(self, f"{rest[2]}_{kind}")(rest[0])}
        return {kind: getattr(self, f"create_{kind}")(params[kind])}

    def get(self, ref, kind=None):
        found = self.things.get(ref)
        if found is None or (kind and not ref.startswith(PREFIXES[kind])):
            refuse(404, "invalid_api_usage", "resource_not_found")
        return found

    def all(self, kind):
        return [each for ref, each in self.things.items() if ref.startswith(PREFIXES[kind])]

    def listed(self, kind, params):
        size = min(int(params.pop("limit", 50)), self.largest_page)
        after, since = params.pop("after", None), params.pop("created_at[gte]", "")
        found = [each for each in reversed(self.all(kind)) if each["created_at"] >= since]
        found = [each for each in found if all(each["links"].get(name) == value for name, value in params.items())]
        if after:
            found = found[[each["id"] for each in found].index(after) + 1 :]
        cursor = found[size - 1]["id"] if len(found) > size else None
        return {kind: found[:size], "meta": {"cursors": {"before": None, "after": cursor}, "limit": size}}

    def add(self, kind, **fields):
        ref = f"{PREFIXES[kind]}{len(self.things):011d}"
        # Each thing a second after the one before, so that their order is known.
        self.seconds += 1
        at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self.seconds)
        made = {
            "id": ref,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "of_tomorrow": {"x": [1]},
            "metadata": {},
        }
        self.things[ref] = {**made, "links": {}, **fields}
        return self.things[ref]

    def tell(self, kind, action, thing, *, cause="", **links):
        subject = {"payments": "payment", "mandates": "mandate", "payouts": "payout", "refunds": "refund"}
        about = {subject.get(kind, "billing_request"): thing["id"], **links}
        facts = {"details": {"cause": cause, "origin": "bank"}, "resource_metadata": dict(thing["metadata"])}
        self.add("events", resource_type=kind, action=action, links=about, **facts)
        return thing

    def signed(self, events, *, secret=None):
        """The body of a webhook and its header."""
        body = json.dumps({"events": events, "meta": {"webhook_id": "WB1"}}).encode()
        digest = hmac.new((secret or self.secret).encode(), body, hashlib.sha256).hexdigest()
        return body, {"Webhook-Signature": digest}

    # What our calls make.

    def create_billing_requests(self, asked):
        return self.add("billing_requests", status="pending", **asked)

    def create_billing_request_flows(self, asked):
        if self.get(asked["links"]["billing_request"])["status"] != "pending":
            refuse(422, "invalid_state", "billing_request_not_pending")
        flow = self.add("billing_request_flows", **asked)
        flow["authorisation_url"] = f"https://pay-sandbox.gocardless.com/billing/static/flow?id={flow['id']}"
        return flow

    def create_payments(self, asked):
        mandate = self.get(asked["links"]["mandate"], "mandates")
        if mandate["status"] in ("cancelled", "failed", "expired"):
            refuse(422, "invalid_state", "mandate_is_inactive")
        if asked.get("charge_date", self.next_possible.isoformat()) < self.next_possible.isoformat():
            refuse(422, "validation_failed", "charge_date_before_next_possible")
        facts = {"charge_date": self.next_possible.isoformat(), "amount_refunded": 0, "scheme": "bacs", **asked}
        return self.tell("payments", "created", self.add("payments", status="pending_submission", **facts))

    def create_refunds(self, asked):
        payment = self.get(asked["links"]["payment"])
        if payment["status"] not in ("confirmed", "paid_out"):
            refuse(422, "invalid_state", "refund_payment_invalid_state")
        if asked["total_amount_confirmation"] != payment["amount_refunded"] + asked["amount"]:
            refuse(422, "validation_failed", "total_amount_confirmation_invalid")
        if asked["total_amount_confirmation"] > payment["amount"]:
            refuse(422, "validation_failed", "refund_is_too_much")
        payment["amount_refunded"] += asked["amount"]
        refund = self.add("refunds", status="created", currency=payment["currency"], **asked)
        return self.tell("refunds", "created", refund, payment=payment["id"])

    def cancel_mandates(self, ref):
        mandate = self.get(ref)
        if mandate["status"] == "cancelled":
            refuse(422, "invalid_state", "cancellation_failed")
        mandate["status"] = "cancelled"
        for payment in self.all("payments"):
            if payment["links"].get("mandate") == ref and payment["status"] == "pending_submission":
                payment["status"] = "cancelled"
                self.tell("payments", "cancelled", payment, cause="mandate_cancelled")
        return self.tell("mandates", "cancelled", mandate, cause="api")

    # What happens at GoCardless.

    def sign(self, order_ref):
        """The payer signs on the page, or pays at their own bank."""
        order = self.get(order_ref)
        order["status"] = "fulfilled"
        if "mandate_request" in order:
            account = self.add("customer_bank_accounts", bank_name="BARCLAYS BANK PLC", account_number_ending="11")
            facts = {"scheme": "bacs", "next_possible_charge_date": self.next_possible.isoformat()}
            links = {"customer_bank_account": account["id"], "customer": "CU1"}
            notes = order["mandate_request"].get("metadata") or {}
            mandate = self.add("mandates", status="pending_submission", links=links, metadata=notes, **facts)
            order["links"]["mandate_request_mandate"] = mandate["id"]
            self.tell("mandates", "created", mandate)
        if "payment_request" in order:
            asked = order["payment_request"]
            facts = {"amount": asked["amount"], "currency": asked["currency"], "metadata": dict(asked["metadata"])}
            payment = self.add("payments", status="submitted", scheme="faster_payments", amount_refunded=0, **facts)
            order["links"]["payment_request_payment"] = payment["id"]
            self.tell("payments", "created", payment)
        return self.tell("billing_requests", "fulfilled", order, **order["links"])

    def leave(self, order_ref):
        order = self.get(order_ref)
        order["status"] = "cancelled"
        return self.tell("billing_requests", "cancelled", order)

    def happens(self, payment_ref, action, *, cause=""):
        """The bank confirms, fails or charges back; the status follows."""
        payment = self.get(payment_ref)
        payment["status"] = {"chargeback_cancelled": "paid_out"}.get(action, action)
        return self.tell("payments", action, payment, cause=cause)

    def pay_out(self, items, *, fee="-20.0", tax=0):
        """A payout of items (type, amount, links), a fee for each that came in."""
        fees = [("gocardless_fee", fee, links) for kind, _amount, links in items if kind == "payment_paid_out"]
        exact = sum(float(amount) for _kind, amount, _links in [*items, *fees])
        facts = {"currency": "GBP", "status": "paid", "arrival_date": dt.date.today().isoformat() + "T00:00:00+00:00"}
        payout = self.add("payouts", amount=round(exact) - tax, **facts)
        for kind, amount, links in [*items, *fees]:
            self.add("payout_items", type=kind, amount=str(amount), links={**links, "payout": payout["id"]}, taxes=[])
        return self.tell("payouts", "paid", payout)
