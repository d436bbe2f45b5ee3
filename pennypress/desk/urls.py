"""The desk's own addresses, under /desk/ and inside Wagtail's admin."""

from django.urls import path

from pennypress.desk import applications, attacks, books, fund, outbox, post, receipts, register

urlpatterns = [
    path("fund/", fund.today, name="desk_fund"),
    path("fund/appeals/<slug:slug>/", fund.raised, name="desk_fund_raised"),
    path("post/", post.today, name="desk_post"),
    path("receipts/", receipts.listing, name="desk_receipts"),
    path("receipts/<int:number>/", receipts.one, name="desk_receipt"),
    path("receipts/<int:number>/bank/", receipts.bank, name="desk_receipt_bank"),
    path("receipts/<int:number>/take-back/", receipts.take_back, name="desk_receipt_take_back"),
    path("applications/", applications.listing, name="desk_applications"),
    path("applications/allot/", applications.allot, name="desk_allot"),
    path("applications/<uuid:public_id>/", applications.one, name="desk_application"),
    path("applications/<uuid:public_id>/refuse/", applications.refuse, name="desk_application_refuse"),
    path("register/", register.listing, name="desk_register"),
    path("register.csv", register.as_csv, name="desk_register_csv"),
    path("register/<int:number>/", register.member, name="desk_member"),
    path("books/", books.trial, name="desk_books"),
    path("books/laws/", books.lawbook, name="desk_laws"),
    path("books/entries/<int:number>/", books.one_entry, name="desk_entry"),
    path("books/accounts/<str:code>/", books.account, name="desk_account"),
    path("attacks/", attacks.attacks, name="desk_attacks"),
    path("outbox/", outbox.listing, name="desk_outbox"),
    path("outbox/<int:number>/", outbox.one, name="desk_letter"),
    path("outbox/<int:number>/retry/", outbox.retry, name="desk_letter_retry"),
]
