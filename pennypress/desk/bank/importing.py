"""Taking in a statement: a file is sent, looked at, and then imported or refused whole."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from pennypress.desk import entry, screen
from pennypress.desk.amounts import AmountField
from pennypress.desk.bank import accounts
from pennypress.money import Money
from pennypress.payments import bank, importing
from pennypress.payments.importing import CannotImport, CannotRead, Prepared
from pennypress.payments.models import BankAccount, StatementFile
from pennypress.payments.statements import reading
from pennypress.payments.statements.decoding import LARGEST_BYTES
from pennypress.people import roles

_SHOWN = 200


class FileForm(forms.Form):
    """The file, as the bank gave it."""

    file = forms.FileField(label=gettext_lazy("File from the bank"), allow_empty_file=True)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(number)d MB. Please export a shorter time.")
                % {"number": LARGEST_BYTES // 1_000_000}
            )
        return file


class BookForm(forms.Form):
    """What a person answers for before a statement is imported."""

    accepts_doubts = forms.BooleanField(
        label=gettext_lazy("I have looked into this: import it all the same"), required=False
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["closing"] = AmountField(
            label=_("Closing balance, from the statement on paper"),
            currency=currency,
            required=False,
            help_text=_("This file tells no balance. With it, the sum of its lines is proved."),
        )

    def closing(self) -> Money | None:
        """This function will give the balance that was typed, if any."""
        closing: Money | None = self.cleaned_data.get("closing")
        return closing


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, number: int) -> HttpResponse:
    """This view will keep a file that was sent, and lead on to what is in it; or refuse it with the line and the reason."""
    account = get_object_or_404(BankAccount, pk=number)
    if request.method != "POST":
        return _asked(request, account, FileForm())
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            file = importing.keep(
                account=account, data=sent.read(), name=sent.name, by=screen.staff(request), now=timezone.now()
            )
        except CannotRead as refusal:
            form.add_error("file", str(refusal))
        else:
            needs_mapping = (
                reading.format_of(importing.bytes_of(file)) == reading.Format.CSV and bank.mapping_of(account) is None
            )
            return redirect("desk_bank_mapping" if needs_mapping else "desk_bank_file", number=file.pk)
    return _asked(request, account, form, status=422)


def _asked(request: HttpRequest, account: BankAccount, form: FileForm, status: int = 200) -> HttpResponse:
    recent = account.statements.select_related("file", "imported_by").order_by("-id")[:12]
    return screen.show(
        request,
        "desk/bank/import.html",
        title=_("Take in a statement"),
        icon="table",
        above=[accounts.above()],
        status=status,
        context={"account": account, "form": form, "recent": recent},
    )


@entry.open_to(roles.TREASURER)
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, number: int) -> HttpResponse:
    """This view will show what a kept file would bring, and on POST import it. A file that is not right is shown with why."""
    file = get_object_or_404(StatementFile.objects.select_related("account"), pk=number)
    form = BookForm(request.POST if request.method == "POST" else None, currency=file.account.currency)
    if file.statements.exists():
        messages.warning(request, _("This file was imported before. Nothing is counted twice."))
        return redirect("desk_bank_match", number=file.account_id)
    if request.method == "POST" and form.is_valid():
        try:
            statements = importing.book(
                file=file,
                by=screen.staff(request),
                now=timezone.now(),
                closing=form.closing(),
                accepts_doubts=form.cleaned_data["accepts_doubts"],
            )
        except (CannotRead, CannotImport) as refusal:
            form.add_error(None, str(refusal))
        else:
            count = sum(statement.new_count for statement in statements)
            words = ngettext("%(number)d new line taken in.", "%(number)d new lines taken in.", count)
            messages.success(request, words % {"number": count})
            return redirect("desk_bank_match", number=file.account_id)
    return _shown(request, file, form)


def _shown(request: HttpRequest, file: StatementFile, form: BookForm) -> HttpResponse:
    prepared: list[Prepared] = []
    refusal = ""
    try:
        prepared = importing.prepare(file=file)
    except (CannotRead, CannotImport) as error:
        refusal = str(error)
    doubts = [doubt for one in prepared for doubt in one.doubts]
    context = {
        "file": file,
        "account": file.account,
        "prepared": [
            {"one": one, "shown": one.new[:_SHOWN], "more": max(len(one.new) - _SHOWN, 0)} for one in prepared
        ],
        "refusal": refusal,
        "doubts": doubts,
        "form": form,
        "tells_no_balance": any(one.statement.closing is None for one in prepared),
        "is_csv": bool(prepared and prepared[0].format == reading.Format.CSV) or bool(refusal and _is_csv(file)),
    }
    return screen.show(
        request,
        "desk/bank/look.html",
        title=file.name or _("Statement"),
        icon="table",
        above=[accounts.above()],
        status=422 if refusal or form.is_bound else 200,
        context=context,
    )


def _is_csv(file: StatementFile) -> bool:
    return reading.format_of(importing.bytes_of(file)) == reading.Format.CSV
