"""The laws of the providers' door."""

from pennypress.laws import Law

LAWS = (
    Law(
        "gateway.nothing_waits",
        "Whatever a provider told us is settled or parked within the hour.",
        """SELECT event_id, kind, received_at, reason FROM gateway_providerevent
           WHERE state = 'received' AND received_at < now() - interval '1 hour'""",
    ),
    Law(
        "gateway.guards_stand",
        "The database still keeps what providers told us: each guard exists and is switched on.",
        """SELECT wanted.name FROM unnest(ARRAY['gateway_providerevent_kept_columns', 'gateway_providerevent_kept_rows',
               'gateway_providerevent_no_truncate', 'gateway_providerevent_state_forward']) AS wanted(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = wanted.name AND t.tgenabled = 'O')""",
    ),
)
