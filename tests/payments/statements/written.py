"""Statements written for the tests, in each format, from the same few lines: what a reader of it must find again."""

import datetime as dt
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pennypress.money import Money


@dataclass(frozen=True)
class Told:
    """One line as the bank knows it."""

    on: dt.date
    minor: int
    reference: str = ""
    name: str = ""
    account: str = ""
    bank_id: str = ""


def money(minor: int, mark: str = ".") -> str:
    return f"{abs(minor) // 100}{mark}{abs(minor) % 100:02d}"


def total(lines: list[Told]) -> int:
    return sum(line.minor for line in lines)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


LINES = [
    Told(dt.date(2026, 11, 2), 1000, "PP-4K7M2", "A REED", "20-00-00 12345678", "B1"),
    Told(dt.date(2026, 11, 3), -550, "Account charges", "", "", "B2"),
    Told(dt.date(2026, 11, 5), 123456, "Thank you, comrades", "Zoë Ångström & Sons", "NL26VAYB8060476890", "B3"),
]


def camt053(lines: list[Told] = LINES, *, opening: int = 100_000, version: str = "02", entries: str = "") -> bytes:
    def party(line: Told) -> str:
        side = "Dbtr" if line.minor > 0 else "Cdtr"
        name = f"<Pty><Nm>{escape(line.name)}</Nm></Pty>" if version == "08" else f"<Nm>{escape(line.name)}</Nm>"
        return f"<{side}>{name}</{side}><{side}Acct><Id><Othr><Id>{escape(line.account)}</Id></Othr></Id></{side}Acct>"

    status = "<Cd>BOOK</Cd>" if version == "08" else "BOOK"
    written = "".join(
        f"""
      <Ntry>
        <Amt Ccy="GBP">{money(line.minor)}</Amt>
        <CdtDbtInd>{"CRDT" if line.minor > 0 else "DBIT"}</CdtDbtInd>
        <Sts>{status}</Sts>
        <BookgDt><Dt>{line.on}</Dt></BookgDt>
        <AcctSvcrRef>{escape(line.bank_id)}</AcctSvcrRef>
        <NtryDtls><TxDtls>
          <RltdPties>{party(line)}</RltdPties>
          <RmtInf><Ustrd>{escape(line.reference)}</Ustrd></RmtInf>
        </TxDtls></NtryDtls>
      </Ntry>"""
        for line in lines
    )
    closing = opening + total(lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">
  <BkToCstmrStmt>
    <Stmt>
      <Acct><Id><IBAN>GB00TEST20000012345678</IBAN></Id><Ccy>GBP</Ccy></Acct>
      {_camt_balance("OPBD", opening)}
      {_camt_balance("CLBD", closing)}{written}{entries}
    </Stmt>
  </BkToCstmrStmt>
</Document>
""".encode()


def _camt_balance(code: str, minor: int) -> str:
    return f"""<Bal>
        <Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>
        <Amt Ccy="GBP">{money(minor)}</Amt>
        <CdtDbtInd>{"CRDT" if minor >= 0 else "DBIT"}</CdtDbtInd>
        <Dt><Dt>2026-11-30</Dt></Dt>
      </Bal>"""


def mt940(lines: list[Told] = LINES, *, opening: int = 100_000) -> bytes:
    written = []
    for line in lines:
        mark = "C" if line.minor > 0 else "D"
        written.append(f":61:{line.on:%y%m%d%m%d}{mark}{money(line.minor, ',')}NTRFNONREF//{line.bank_id}")
        purpose = "".join(f"?2{index}{line.reference[at : at + 27]}" for index, at in enumerate(range(0, 108, 27)))
        details = f"166?00CREDIT{purpose}?31{line.account}?32{line.name[:27]}?33{line.name[27:54]}"
        pieces = [details[at : at + 65] for at in range(0, len(details), 65)]
        written.append(":86:" + "\r\n".join(pieces))
    closing = opening + total(lines)
    return "\r\n".join(
        [
            ":20:STATEMENT",
            ":25:200000/12345678",
            ":28C:00001/001",
            f":60F:{_mt940_balance(opening)}",
            *written,
            f":62F:{_mt940_balance(closing)}",
            "-",
            "",
        ]
    ).encode("utf-8")


def _mt940_balance(minor: int) -> str:
    return f"{'C' if minor >= 0 else 'D'}261130GBP{money(minor, ',')}"


def ofx(lines: list[Told] = LINES, *, opening: int = 100_000, version: int = 1, encoding: str = "cp1252") -> bytes:
    def leaf(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}" + (f"</{name}>" if version == 2 else "")

    written = "\r\n".join(
        f"<STMTTRN>{leaf('TRNTYPE', 'CREDIT' if line.minor > 0 else 'DEBIT')}"
        f"{leaf('DTPOSTED', f'{line.on:%Y%m%d}120000[-5:EST]')}"
        f"{leaf('TRNAMT', ('-' if line.minor < 0 else '') + money(line.minor))}"
        f"{leaf('FITID', line.bank_id)}{leaf('NAME', line.name[:32]) if line.name else ''}"
        f"{leaf('MEMO', line.reference) if line.reference else ''}</STMTTRN>"
        for line in lines
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" '
        'NEWFILEUID="NONE"?>\r\n'
        if version == 2
        else "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:1252\r\n"
        "COMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n"
    )
    status = f"<STATUS>{leaf('CODE', '0')}{leaf('SEVERITY', 'INFO')}</STATUS>"
    body = (
        f"<OFX><SIGNONMSGSRSV1><SONRS>{status}{leaf('DTSERVER', '20261130')}{leaf('LANGUAGE', 'ENG')}</SONRS>"
        "</SIGNONMSGSRSV1>\r\n"
        f"<BANKMSGSRSV1><STMTTRNRS>{leaf('TRNUID', '1')}{status}\r\n"
        f"<STMTRS>{leaf('CURDEF', 'GBP')}<BANKACCTFROM>{leaf('BANKID', '200000')}{leaf('ACCTID', '12345678')}"
        f"{leaf('ACCTTYPE', 'CHECKING')}</BANKACCTFROM>\r\n"
        f"<BANKTRANLIST>{leaf('DTSTART', '20261101')}{leaf('DTEND', '20261130')}\r\n{written}</BANKTRANLIST>\r\n"
        f"<LEDGERBAL>{leaf('BALAMT', _ofx_balance(opening + total(lines)))}{leaf('DTASOF', '20261130')}</LEDGERBAL>"
        f"</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
    )
    return (head + body).encode("utf-8" if version == 2 else encoding)


def _ofx_balance(minor: int) -> str:
    return ("-" if minor < 0 else "") + money(minor)


def csv(
    lines: list[Told] = LINES, *, opening: int = 100_000, encoding: str = "utf-8", newest_first: bool = False
) -> bytes:
    """As many British banks write it: money out and money in apart, and a running balance."""
    balance, written = opening, []
    for line in lines:
        balance += line.minor
        out, into = (money(line.minor), "") if line.minor < 0 else ("", money(line.minor))
        cells = [
            f"{line.on:%d/%m/%Y}",
            "FPI",
            _quoted(line.name),
            _quoted(line.reference),
            out,
            into,
            _ofx_balance(balance),
        ]
        written.append(",".join(cells))
    rows = written[::-1] if newest_first else written
    return "\r\n".join(["Date,Type,Name,Description,Paid out,Paid in,Balance", *rows, ""]).encode(encoding)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
