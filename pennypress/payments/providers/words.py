"""Words for what a provider can do, for the reader who is about to pay. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

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
    label = str(Method(method).label)
    return label if method in (Method.DIRECT_DEBIT, Method.PAYPAL) else label[:1].lower() + label[1:]
