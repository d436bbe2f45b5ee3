"""Our database engine: Django's for PostgreSQL, which gives up soon and says so at once where nobody answers."""

CONNECT_SECONDS = 3
# For libpq. A peer that has gone is noticed while a question is out, and also while an answer is waited for.
OPTIONS = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
