"""What a deployment must have before it offers a provider: its keys, of one mode, and no address that is not safe."""

from urllib.parse import urlsplit

from django.conf import settings

from pennypress.payments import providers


def troubles() -> list[str]:
    """This function will say what stands in the way of the providers this deployment offers, one line for each trouble,
    with the setting named."""
    found = [f"PENNYPRESS_PROVIDERS names {name}, which is no provider we know." for name in _unknown()]
    if "stripe" in settings.PAYMENT_PROVIDERS:
        found += _stripe()
    if "gocardless" in settings.PAYMENT_PROVIDERS:
        found += _gocardless()
    return found


def _unknown() -> list[str]:
    return [name for name in settings.PAYMENT_PROVIDERS if name not in providers.known()]


def _stripe() -> list[str]:
    found = []
    if not settings.STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_", "sk_live_", "rk_live_")):
        found.append(
            "Stripe is offered, and STRIPE_SECRET_KEY is not a secret key (sk_… or rk_…). See docs/run/stripe.md"
        )
    if not settings.STRIPE_WEBHOOK_SECRETS:
        found.append("Stripe is offered, and STRIPE_WEBHOOK_SECRETS is empty: no news of a payment could be believed.")
    return found + _unsafe("STRIPE_API_BASE", settings.STRIPE_API_BASE)


def _gocardless() -> list[str]:
    found = []
    if not settings.GOCARDLESS_ACCESS_TOKEN:
        found.append("GoCardless is offered, and GOCARDLESS_ACCESS_TOKEN is empty. See docs/run/gocardless.md")
    if not settings.GOCARDLESS_WEBHOOK_SECRETS:
        found.append("GoCardless is offered, and GOCARDLESS_WEBHOOK_SECRETS is empty: no news could be believed.")
    environment = settings.GOCARDLESS_ENVIRONMENT
    if environment not in ("sandbox", "live"):
        found.append(f"GOCARDLESS_ENVIRONMENT is sandbox or live, not {environment}.")
    token = settings.GOCARDLESS_ACCESS_TOKEN
    if token.startswith(("sandbox_", "live_")) and not token.startswith(f"{environment}_"):
        found.append(f"GOCARDLESS_ACCESS_TOKEN is not of the environment {environment}.")
    return found + _unsafe("GOCARDLESS_API_BASE", settings.GOCARDLESS_API_BASE)


def _unsafe(name: str, base: str) -> list[str]:
    if base and settings.SECURE and urlsplit(base).scheme != "https":
        return [f"{name} is not https: keys and givers' names would go over an open line."]
    return []
