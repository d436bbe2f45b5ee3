"""The laws of subscriptions."""

from pennypress.laws import Law

_GUARDS = (
    "subscriptions_product_kept_columns",
    "subscriptions_product_kept_rows",
    "subscriptions_subscription_kept_columns",
    "subscriptions_subscription_kept_rows",
    "subscriptions_subscriptionorder_append_only",
    "subscriptions_do_not_overlap",
)

LAWS = (
    Law(
        "subscriptions.are_paid_for",
        "Every subscription stands on money allocated to subscriptions: its product's price, once or several times.",
        """SELECT s.id, a.purpose, a.amount_minor, p.price_minor FROM subscriptions_subscription s
           JOIN payments_allocation a ON a.id = s.allocation_id JOIN payments_receipt r ON r.id = a.receipt_id
           JOIN subscriptions_product p ON p.id = s.product_id
           WHERE a.purpose <> 'subscription' OR a.amount_minor % p.price_minor <> 0 OR r.currency <> p.currency""",
    ),
    Law(
        "subscriptions.end_with_their_money",
        "No subscription runs on after its money was taken back.",
        """SELECT s.id, a.amount_minor, sum(f.amount_minor) FROM subscriptions_subscription s
           JOIN payments_allocation a ON a.id = s.allocation_id JOIN payments_refund f ON f.allocation_id = a.id
           WHERE s.ended_on IS NULL GROUP BY s.id, a.id
           HAVING sum(f.amount_minor) = a.amount_minor AND s.ends_on > max(f."on")""",
    ),
    Law(
        "subscriptions.follow_on",
        "Nobody has the same product twice on one day.",
        """SELECT a.id, b.id FROM subscriptions_subscription a JOIN subscriptions_subscription b
           ON a.id < b.id AND a.person_id = b.person_id AND a.product_id = b.product_id
           AND a.starts_on < coalesce(b.ended_on, b.ends_on) AND b.starts_on < coalesce(a.ended_on, a.ends_on)""",
    ),
    Law(
        "subscriptions.guards_stand",
        "The database still keeps products, orders and subscriptions: each guard exists and is switched on.",
        f"""SELECT wanted.name FROM unnest(ARRAY{list(_GUARDS)}) AS wanted(name)
            WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",  # noqa: S608 - names of our own
    ),
)
