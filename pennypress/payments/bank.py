"""The bank: the society's accounts there, and how each is known on a statement."""

import datetime as dt
import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pennypress.ledger.models import Account, AccountKind
from pennypress.payments.models import BankAccount, CsvMapping
from pennypress.payments.statements import csv_mapping
from pennypress.payments.statements.csv_mapping import Layout
from pennypress.people.models import User

_PARTICULARS = ("name", "holder", "iban", "sort_code", "number")


class CannotKeep(ValueError):
    """The bank account cannot be kept like this; the text is for the treasurer."""


def published() -> BankAccount | None:
    """This function will give the account that readers are told to pay into, if there is one."""
    return BankAccount.objects.filter(is_published=True).first()


@transaction.atomic
def open_account(
    *,
    name: str,
    ledger: str,
    currency: str,
    now: dt.datetime,
    holder: str = "",
    iban: str = "",
    sort_code: str = "",
    number: str = "",
    is_published: bool = False,
) -> BankAccount:
    """This function will take up an account at a bank. `ledger` is the code of an asset account that no other has.

    Writes one row, and takes the mark "published" from the account that had it. Raises: CannotKeep, with nothing written.
    """
    found = Account.objects.filter(code=ledger, kind=AccountKind.ASSET).first()
    if found is None:
        raise CannotKeep(_("Choose an account of the books that is an asset."))
    account = BankAccount(ledger=found, currency=currency, opened_at=now)
    particulars = {"name": name, "holder": holder, "iban": iban, "sort_code": sort_code, "number": number}
    return _kept(account, particulars, is_published=is_published)


@transaction.atomic
def change_account(*, account: BankAccount, is_published: bool, **particulars: str) -> BankAccount:
    """This function will change how an account is called and known. Locks it. Raises: CannotKeep."""
    account = BankAccount.objects.select_for_update().get(pk=account.pk)
    return _kept(account, particulars, is_published=is_published)


def _kept(account: BankAccount, particulars: dict[str, str], *, is_published: bool) -> BankAccount:
    for field in _PARTICULARS:
        setattr(account, field, " ".join(particulars.get(field, getattr(account, field)).split()))
    account.iban = account.iban.replace(" ", "").upper()
    account.is_published = is_published
    if not account.name:
        raise CannotKeep(_("Please give the account a name."))
    if is_published and not (account.holder and (account.number or account.iban)):
        raise CannotKeep(_("Readers need the name of the account, and its number or IBAN, to pay into it."))
    if is_published:
        BankAccount.objects.filter(is_published=True).exclude(pk=account.pk).update(is_published=False)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise CannotKeep(_("Another bank account has this name, or this account of the books.")) from error
    return account


def is_of(account: BankAccount, told: str) -> bool:
    """This function will say whether a statement that names its account as `told` is of `account`.

    A file that names none, or an account whose numbers we do not know, is taken at the treasurer's word.
    """
    theirs = _bare(told)
    ours = [bare for bare in (_bare(account.iban), _bare(account.number)) if len(bare) >= 6]
    return not theirs or not ours or any(one in theirs or theirs in one for one in ours)


def _bare(told: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", told.upper())


def mapping_of(account: BankAccount) -> Layout | None:
    """This function will give the layout of an account's CSV files, as last settled; None where nobody has yet."""
    latest = account.mappings.order_by("-id").first()
    return csv_mapping.layout_from(latest.layout) if latest else None


def settle_mapping(*, account: BankAccount, layout: Layout, by: User | None, now: dt.datetime) -> CsvMapping:
    """This function will keep a layout for an account's CSV files. Writes one row; earlier ones stay."""
    return CsvMapping.objects.create(account=account, layout=layout.as_data(), saved_at=now, saved_by=by)
