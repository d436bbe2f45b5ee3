from django.urls import URLPattern, URLResolver, path, re_path

from pennypress.reader import account, appeals, fragments, give, join, logins, receipts, support, waiting

urlpatterns: list[URLPattern | URLResolver] = [
    path("fragments/appeal/", fragments.appeal, name="fragment-appeal"),
    path("fragments/ownership/", fragments.ownership, name="fragment-ownership"),
    path("fragments/doors/", fragments.doors, name="fragment-doors"),
    path("appeal.json", fragments.appeal_json, name="appeal-json"),
    path("appeal/", appeals.principal, name="appeal"),
    path("appeals/", appeals.listing, name="appeals"),
    path("appeals/<slug:slug>.json", appeals.as_json, name="appeals-json"),
    path("appeals/<slug:slug>/", appeals.one, name="appeals-one"),
    path("give/", give.give, name="give"),
    path("give/<uuid:public_id>/thanks/", give.thanks, name="give-thanks"),
    path("support/", support.support, name="support"),
    path("support/<uuid:public_id>/thanks/", support.thanks, name="support-thanks"),
    path("support/<uuid:public_id>/<str:signature>/", support.manage, name="support-manage"),
    path("support/<uuid:public_id>/card/thanks/", support.card_thanks, name="support-card-thanks"),
    path("support/<uuid:public_id>/<str:signature>/card/", support.card, name="support-card"),
    path("pay/by-email/", waiting.by_email, name="pay-by-email"),
    path("pay/<uuid:public_id>/", waiting.go_on, name="pay-link"),
    path("join/", join.join, name="join"),
    path("join/<uuid:public_id>/thanks/", join.thanks, name="join-thanks"),
    path("join/<uuid:public_id>/pay/", join.pay, name="join-pay"),
    path("certificates/<str:code>/", join.certificate, name="certificate"),
    path("account/", account.account, name="account"),
    path("account/certificate/<int:number>.pdf", account.certificate, name="account-certificate"),
    path("account/pledge/", account.pledge, name="account-pledge"),
    path("account/pledge/<uuid:public_id>/", account.one_pledge, name="account-one-pledge"),
    path("account/pledge/<uuid:public_id>/card/", account.one_card, name="account-one-card"),
    path("account/giving/<int:year>/", account.year, name="account-year"),
    path("account/giving/receipts/<int:number>/", account.receipt, name="account-receipt"),
    path("receipts/", receipts.again, name="receipts-again"),
    # Nobody signs up, and the address one is known by is changed by the secretary: allauth's pages for that stay shut.
    re_path(r"^(?:signup|email|confirm-email|password/set|password/reset)(?:/|$)", logins.shut),
]
