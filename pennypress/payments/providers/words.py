"""Words for what a provider can do, for the reader who is about to pay. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pennypress.payments.models.kinds import Method
from pennypress.payments.providers.protocol import Capabilities


def in_words(capabilities: Capabilities, method: str = "", *, repeats: bool = False) -> list[str]:
    """This function will say in plain sentences what a provider can do: with which methods, whether it can repeat, how
    much notice there is, and what can go back. With `method`, only what concerns that one; with `repeats`, only what is
    given regularly.
    """
    wanted = {method} if method else capabilities.methods | capabilities.mandate_methods
    once = frozenset() if repeats else capabilities.methods & wanted
    again = capabilities.mandate_methods & wanted
    said = []
    if once:
        said.append(_("You can pay once by %(methods)s.") % {"methods": _or(once)})
    if again:
        said.append(_("You can give regularly by %(methods)s, and end it at any time.") % {"methods": _or(again)})
    elif once:
        said.append(_("It is for a single payment, and cannot repeat."))
    if Method.DIRECT_DEBIT in once | again:
        said += _of_debits(capabilities)
    if capabilities.refunds and (once or again):
        said.append(
            _("We can give a payment back, in full or in part, to where it came from.")
            if capabilities.partial_refunds
            else _("We can give a payment back in full to where it came from.")
        )
    return said


def of_choosing(capabilities: Capabilities, method: str, *, repeats: bool) -> list[str]:
    """This function will say in short sentences what paying by this method means for whoever chooses it, once or for what
    `repeats`: how long it takes, what can be undone, and whose name the statement will bear."""
    said = _how_long(capabilities, method, repeats=repeats)
    if method == Method.CARD and repeats:
        said.append(_("You may give another card at any time."))
    if method == Method.BANK_TRANSFER:
        said.append(
            _("Your bank cannot call it back, but we can send it back to you.")
            if capabilities.refunds
            else _("Your bank cannot call it back.")
        )
    if method == Method.DIRECT_DEBIT and capabilities.fails_late:
        said.append(_("Your bank gives back what was taken wrongly."))
    if capabilities.statement_name:
        said.append(_("Your statement will name this paper or %(name)s.") % {"name": capabilities.statement_name})
    return said


def _how_long(capabilities: Capabilities, method: str, *, repeats: bool) -> list[str]:
    notice, confirmed = capabilities.notice_working_days, capabilities.debit_working_days
    if method == Method.CARD:
        return [_("We know at once whether it went through.")]
    if method == Method.BANK_TRANSFER:
        return [_("You approve it in your bank’s app, and it is confirmed within minutes.")]
    if not repeats:
        return [
            ngettext(
                "It is confirmed about %(days)d working day later.",
                "It is confirmed about %(days)d working days later.",
                confirmed,
            )
            % {"days": confirmed}
        ]
    if not notice:
        return []
    return [
        ngettext(
            "We tell you the amount and the day %(days)d working day before.",
            "We tell you the amount and the day %(days)d working days before.",
            notice,
        )
        % {"days": notice}
    ]


def named(method: str) -> str:
    """This function will name a method as the reader who pays online knows it."""
    # What a statement calls a transfer is approved at the bank and there at once, where a provider takes it.
    return _("Instant bank payment") if method == Method.BANK_TRANSFER else str(Method(method).label)


def _of_debits(capabilities: Capabilities) -> list[str]:
    days = capabilities.notice_working_days
    said = []
    if days:
        said.append(
            _("Each Direct Debit is announced to you at least %(days)s working days before it is taken.")
            % {"days": days}
        )
    if capabilities.fails_late:
        said.append(
            _("Your bank gives a Direct Debit back to you if it was taken wrongly: that is the Direct Debit Guarantee.")
        )
    return said


def _or(methods: Iterable[str]) -> str:
    names = [_in_a_sentence(method) for method in sorted(methods)]
    if len(names) == 1:
        return names[0]
    return _("%(some)s or %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


def _in_a_sentence(method: str) -> str:
    # Direct Debit and PayPal are names, and keep their capitals.
    label = named(method)
    return label if method in (Method.DIRECT_DEBIT, Method.PAYPAL) else label[:1].lower() + label[1:]
