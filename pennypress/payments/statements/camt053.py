"""CAMT.053: the bank's statement in XML (ISO 20022), versions .02 to .08 and their neighbours. Pure."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from pennypress import money
from pennypress.money import Money
from pennypress.payments.statements import lines as reading
from pennypress.payments.statements.lines import CannotRead, Kind, ReadLine, ReadStatement

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
# Opening: the booked balance before the first entry, which some banks tell as the previous closing. Source: ISO 20022
# external balance types.
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
# Source: ISO 20022 external bank transaction codes, family and sub-family.
_FAMILIES = {
    "RCDT": Kind.TRANSFER,
    "ICDT": Kind.TRANSFER,
    "IRCT": Kind.TRANSFER,
    "RRCT": Kind.TRANSFER,
    "RDDT": Kind.DIRECT_DEBIT,
    "IDDT": Kind.DIRECT_DEBIT,
    "RCHQ": Kind.CHEQUE,
    "ICHQ": Kind.CHEQUE,
    "CCRD": Kind.CARD,
    "MCRD": Kind.CARD,
    "CNTR": Kind.CASH,
}
_SUBFAMILIES = {
    "STDO": Kind.STANDING_ORDER,
    "CHRG": Kind.CHARGE,
    "FEES": Kind.CHARGE,
    "COMM": Kind.CHARGE,
    "INTR": Kind.INTEREST,
    "RRTN": Kind.RETURNED,
    "RPCR": Kind.RETURNED,
    "UPCQ": Kind.RETURNED,
    "UPDD": Kind.RETURNED,
    "RVSL": Kind.RETURNED,
}


def read(data: bytes) -> list[ReadStatement]:
    """This function will read every statement in the file. Entries not yet booked are left out with a note.

    Nothing is fetched and no entity is expanded; a file that declares its own document type is refused. Raises:
    CannotRead.
    """
    root = _parsed(data)
    namespace = etree.QName(root).namespace or ""
    if not namespace.startswith(NAMESPACE):
        raise CannotRead(_("This XML file is not a CAMT.053 statement."), line=1)
    file = _File({"n": namespace})
    found = root.findall("n:BkToCstmrStmt/n:Stmt", file.names)
    if not found:
        raise CannotRead(_("The file holds no statement."), line=_line(root))
    return [file.statement(element) for element in found]


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise CannotRead(
            _("The file is damaged: its XML cannot be read (%(why)s).") % {"why": str(error.msg)[:120]},
            line=error.lineno or 1,
        ) from error
    if root.getroottree().docinfo.doctype:
        raise CannotRead(_("The file declares a document type, which no bank's statement does."), line=1)
    return root


def _line(element: etree._Element) -> int:
    return element.sourceline or 0


@dataclass(frozen=True, slots=True)
class _Amount:
    amount: Money
    element: etree._Element


class _File:
    """One file's names; each method reads one kind of its elements."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def statement(self, element: etree._Element) -> ReadStatement:
        opening, closing = self.balance(element, _OPENING), self.balance(element, _CLOSING)
        if opening is None or closing is None:
            raise CannotRead(_("The statement has no opening or no closing balance."), line=_line(element))
        currency = self.text(element, "Acct/Ccy") or opening.amount.currency
        for told in (opening, closing):
            if told.amount.currency != currency:
                raise CannotRead(
                    _("The account is in %(ours)s, but this balance is in %(theirs)s.")
                    % {"ours": currency, "theirs": told.amount.currency},
                    line=_line(told.element),
                )
        lines: list[ReadLine] = []
        notes: list[str] = []
        for entry in element.iterfind("n:Ntry", self.names):
            status = self.text(entry, "Sts/Cd") or self.text(entry, "Sts")
            if status == "BOOK":
                lines += self.entry(entry, currency, notes)
            else:
                notes.append(_("Line %(line)d is not booked yet (%(status)s): left out.") % {"line": _line(entry), "status": status[:20]})  # fmt: skip  # noqa: E501
        self.require_summary(element, lines, currency)
        days = [line.booked_on for line in lines]
        opens_on, closes_on = self.day(opening.element, "Dt"), self.day(closing.element, "Dt")
        return ReadStatement(
            account_id=self.text(element, "Acct/Id/IBAN") or self.text(element, "Acct/Id/Othr/Id"),
            currency=currency,
            opening=opening.amount,
            closing=closing.amount,
            from_on=min([*days, closes_on or opens_on or dt.date.max]),
            to_on=max([*days, closes_on or dt.date.min]),
            lines=reading.numbered(lines),
            closing_position=_line(closing.element),
            notes=tuple(notes),
        )

    def balance(self, statement: etree._Element, codes: tuple[str, ...]) -> _Amount | None:
        found = {self.text(one, "Tp/CdOrPrtry/Cd"): one for one in reversed(statement.findall("n:Bal", self.names))}
        for code in codes:
            if code in found:
                return _Amount(self.signed(found[code]), found[code])
        return None

    def entry(self, entry: etree._Element, currency: str, notes: list[str]) -> list[ReadLine]:
        whole = self.signed(entry)
        if whole.currency != currency:
            raise CannotRead(
                _("The account is in %(ours)s, but this entry is in %(theirs)s.")
                % {"ours": currency, "theirs": whole.currency},
                line=_line(entry),
            )
        details = entry.findall("n:NtryDtls/n:TxDtls", self.names)
        if len(details) <= 1:
            return [self.line(entry, details[0] if details else entry, whole)]
        amounts = [self.detail_amount(one, whole, currency) for one in details]
        told = [amount for amount in amounts if amount is not None]
        if len(told) < len(details):
            notes.append(
                _("Line %(line)d is %(number)d payments in one, and the bank does not say how much each of them is.")
                % {"line": _line(entry), "number": len(details)}
            )
            return [self.line(entry, entry, whole)]
        if (parts := money.total(told, currency)) != whole:
            raise CannotRead(
                _("The payments in this entry come to %(parts)s, and the entry is of %(whole)s.")
                % {"parts": parts, "whole": whole},
                line=_line(entry),
            )
        return [self.line(entry, one, amount) for one, amount in zip(details, told, strict=True)]

    def detail_amount(self, detail: etree._Element, whole: Money, currency: str) -> Money | None:
        for path in ("Amt", "AmtDtls/TxAmt/Amt"):
            element = detail.find("/".join(f"n:{part}" for part in path.split("/")), self.names)
            if element is not None and element.get("Ccy") == currency:
                amount = reading.amount_of((element.text or "").strip(), currency, line=_line(element))
                sign = self.text(detail, "CdtDbtInd") or ("DBIT" if whole.minor < 0 else "CRDT")
                return -amount if sign == "DBIT" else amount
        return None

    def line(self, entry: etree._Element, detail: etree._Element, amount: Money) -> ReadLine:
        booked_on = self.day(entry, "BookgDt")
        if booked_on is None:
            raise CannotRead(_("The entry has no booking date."), line=_line(entry))
        is_reversal = self.text(entry, "RvslInd") in ("true", "1")
        # Of money in, the other side is the debtor. In a reversal the parties are still those of the first payment.
        side = "Dbtr" if (amount.minor > 0) != is_reversal else "Cdtr"
        bank_id = self.text(detail, "Refs/AcctSvcrRef") or self.text(entry, "AcctSvcrRef")
        return ReadLine(
            position=_line(detail),
            booked_on=booked_on,
            value_on=self.day(entry, "ValDt") or booked_on,
            amount=amount,
            reference=reading.one_line(self.reference(entry, detail), reading.LONGEST_REFERENCE),
            payer_name=reading.one_line(self.party(detail, side), reading.LONGEST_NAME),
            payer_account=reading.one_line(self.account(detail, side), reading.LONGEST_ACCOUNT),
            kind=Kind.RETURNED if is_reversal else self.kind(entry, detail),
            bank_id=reading.one_line(bank_id, reading.LONGEST_ID),
            raw=reading.one_line(" ".join(str(text) for text in entry.itertext()), reading.LONGEST_RAW),
            sent=self.sent(entry, detail, amount),
        )

    def reference(self, entry: etree._Element, detail: etree._Element) -> str:
        told = [part.text or "" for part in detail.iterfind("n:RmtInf/n:Ustrd", self.names)]
        told += [part.text or "" for part in detail.iterfind("n:RmtInf/n:Strd/n:CdtrRefInf/n:Ref", self.names)]
        end_to_end = self.text(detail, "Refs/EndToEndId")
        if end_to_end not in ("NOTPROVIDED", "NOREF", *told):
            told.append(end_to_end)
        told = [part for part in told if part.strip()]
        return " ".join(told) or self.text(detail, "AddtlTxInf") or self.text(entry, "AddtlNtryInf")

    def party(self, detail: etree._Element, side: str) -> str:
        for path in (f"{side}/Nm", f"{side}/Pty/Nm", f"Ultmt{side}/Nm", f"Ultmt{side}/Pty/Nm"):
            if name := self.text(detail, f"RltdPties/{path}"):
                return name
        return ""

    def account(self, detail: etree._Element, side: str) -> str:
        path = f"RltdPties/{side}Acct/Id"
        return self.text(detail, f"{path}/IBAN") or self.text(detail, f"{path}/Othr/Id")

    def kind(self, entry: etree._Element, detail: etree._Element) -> Kind:
        for element in (detail, entry):
            family = self.text(element, "BkTxCd/Domn/Fmly/Cd")
            below = self.text(element, "BkTxCd/Domn/Fmly/SubFmlyCd")
            if known := _SUBFAMILIES.get(below) or _FAMILIES.get(family):
                return known
        return Kind.OTHER

    def sent(self, entry: etree._Element, detail: etree._Element, amount: Money) -> Money | None:
        for element in (detail, entry):
            told = element.find("n:AmtDtls/n:InstdAmt/n:Amt", self.names)
            if told is not None and (currency := told.get("Ccy", "")) not in ("", amount.currency):
                known = reading.currency_of(currency, line=_line(told))
                return reading.amount_of((told.text or "").strip(), known, line=_line(told))
        return None

    def require_summary(self, statement: etree._Element, lines: list[ReadLine], currency: str) -> None:
        """Where the bank tells the sums of credits and debits, they are checked as well."""
        for name, sign in (("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
            element = statement.find(f"n:TxsSummry/n:{name}/n:Sum", self.names)
            if element is None:
                continue
            told = reading.amount_of((element.text or "").strip(), currency, line=_line(element))
            summed = money.total([line.amount for line in lines if line.amount.minor * sign > 0], currency) * sign
            if summed != told:
                raise CannotRead(
                    _("The bank's own total here is %(told)s, and the lines come to %(lines)s.")
                    % {"told": told, "lines": summed},
                    line=_line(element),
                )

    def signed(self, element: etree._Element) -> Money:
        """The amount of a balance or an entry: below zero where the bank says debit."""
        told = element.find("n:Amt", self.names)
        if told is None:
            raise CannotRead(_("An amount is missing here."), line=_line(element))
        currency = reading.currency_of(told.get("Ccy", ""), line=_line(told))
        amount = reading.amount_of((told.text or "").strip(), currency, line=_line(told))
        match self.text(element, "CdtDbtInd"):
            case "CRDT":
                return amount
            case "DBIT":
                return -amount
        raise CannotRead(_("It is not said whether this is money in or money out."), line=_line(element))

    def day(self, element: etree._Element, name: str) -> dt.date | None:
        told = self.text(element, f"{name}/Dt") or self.text(element, f"{name}/DtTm")
        if not told:
            return None
        try:
            return dt.date.fromisoformat(told[:10])
        except ValueError as error:
            raise CannotRead(
                _("There is no such day as “%(told)s”.") % {"told": told[:30]}, line=_line(element)
            ) from error

    def text(self, element: etree._Element, path: str) -> str:
        found = element.findtext("/".join(f"n:{part}" for part in path.split("/")), namespaces=self.names)
        return (found or "").strip()
