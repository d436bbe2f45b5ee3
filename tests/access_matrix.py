"""Who may open which address: the role matrix. `tests/test_access.py` walks the URL resolver against it.

Everybody is A (anonymous), R (a reader logged in), E (editor), T (treasurer) or S (secretary); an address that is not
here fails the suite. A route that ends in `*` stands for all routes that begin so; the longest match counts.

Three shorthands: PUBLIC is for everybody, LOGIN for everybody who is logged in, NOBODY is shut to all five.
`sample` is the address that is tried where the route has arguments; "" means that the route is not tried, with `why`.
"""

from dataclasses import dataclass

PUBLIC, LOGIN, NOBODY = "ARETS", "RETS", ""
NO_SUCH = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Row:
    route: str
    get: str
    post: str = NOBODY
    sample: str | None = None
    why: str = ""


def _wagtail(route: str, sample: str, get: str = "E", post: str = "E", why: str = "") -> Row:
    return Row(f"desk/{route}*", get, post, f"/desk/{sample}" if sample else "", why)


DESK = (
    Row("desk/", "ETS"),
    Row("desk/appeals/", "T"),
    Row("desk/appeals/series/", "T", "T"),
    Row("desk/appeals/series/<slug:slug>/", "T", "T", "/desk/appeals/series/fighting-fund/"),
    Row("desk/appeals/series/<slug:slug>/next/", "T", "T", "/desk/appeals/series/fighting-fund/next/"),
    Row("desk/appeals/series/<slug:slug>/principal/", NOBODY, "T", "/desk/appeals/series/fighting-fund/principal/"),
    Row("desk/appeals/<slug:slug>/", "T", sample="/desk/appeals/november/"),
    Row("desk/appeals/<slug:slug>/target/", NOBODY, "T", "/desk/appeals/november/target/"),
    Row("desk/appeals/<slug:slug>/extend/", NOBODY, "T", "/desk/appeals/november/extend/"),
    Row("desk/appeals/<slug:slug>/close/", NOBODY, "T", "/desk/appeals/november/close/"),
    Row("desk/fund/", "ET"),
    Row("desk/fund/appeals/<slug:slug>/", "T", sample="/desk/fund/appeals/november/"),
    Row("desk/post/", "T", "T"),
    Row("desk/post/batch/", "T", "T"),
    Row("desk/post/collection/", "T", "T"),
    Row("desk/post/collection/sheet.pdf", "T"),
    Row("desk/people/known/", "T"),
    Row("desk/slips/", "T", "T"),
    Row("desk/slips/<int:number>/", "T", sample="/desk/slips/{slip}/"),
    Row("desk/slips/<int:number>/slip.pdf", "T", sample="/desk/slips/{slip}/slip.pdf"),
    Row("desk/slips/<int:number>/pay-in/", NOBODY, "T", "/desk/slips/{slip}/pay-in/"),
    Row("desk/slips/<int:number>/take-off/", NOBODY, "T", "/desk/slips/{slip}/take-off/"),
    Row("desk/receipts/", "T"),
    Row("desk/receipts.csv", "T"),
    Row("desk/receipts/unallocated/", "T"),
    Row("desk/receipts/<int:number>/correct/", "T", "T", "/desk/receipts/{receipt}/correct/"),
    Row("desk/receipts/<int:number>/strike-out/", NOBODY, "T", "/desk/receipts/{receipt}/strike-out/"),
    Row("desk/receipts/<int:number>/count-sheet.pdf", "T", sample="/desk/receipts/{collection}/count-sheet.pdf"),
    Row("desk/receipts/<int:number>/", "T", sample="/desk/receipts/{receipt}/"),
    Row("desk/receipts/<int:number>/bank/", NOBODY, "T", "/desk/receipts/{receipt}/bank/"),
    Row("desk/receipts/<int:number>/take-back/", NOBODY, "T", "/desk/receipts/{receipt}/take-back/"),
    Row("desk/receipts/<int:number>/refund/", "T", "T", "/desk/receipts/{receipt}/refund/"),
    Row("desk/refunds/", "T", "T"),
    Row("desk/refunds/<uuid:public_id>/", "T", sample="/desk/refunds/{refund}/"),
    Row("desk/refunds/<uuid:public_id>/approve/", NOBODY, "T", "/desk/refunds/{refund}/approve/"),
    Row("desk/refunds/<uuid:public_id>/refuse/", NOBODY, "T", "/desk/refunds/{refund}/refuse/"),
    Row("desk/refunds/<uuid:public_id>/paid-back/", NOBODY, "T", "/desk/refunds/{refund}/paid-back/"),
    Row("desk/payouts/", "T"),
    Row("desk/payouts/by-hand/", "T", "T"),
    Row("desk/payouts/<int:number>/", "T", sample="/desk/payouts/{payout}/"),
    Row("desk/compared/", "T"),
    Row("desk/compared/now/", NOBODY, "T"),
    Row("desk/events/", "T"),
    Row("desk/events/<int:number>/", "T", sample="/desk/events/{event}/"),
    Row("desk/events/<int:number>/replay/", NOBODY, "T", "/desk/events/{event}/replay/"),
    Row("desk/bank/", "T"),
    Row("desk/bank/new/", "T", "T"),
    Row("desk/bank/<int:number>/", "T", "T", "/desk/bank/{bank_account}/"),
    Row("desk/bank/<int:number>/import/", "T", "T", "/desk/bank/{bank_account}/import/"),
    Row("desk/bank/<int:number>/match/", "T", "T", "/desk/bank/{bank_account}/match/"),
    Row("desk/bank/<int:number>/reconcile/", "T", sample="/desk/bank/{bank_account}/reconcile/"),
    Row("desk/bank/files/<int:number>/", "T", "T", "/desk/bank/files/{statement_file}/"),
    Row("desk/bank/files/<int:number>/mapping/", "T", "T", "/desk/bank/files/{statement_file}/mapping/"),
    Row("desk/bank/lines/<int:number>/", "T", sample="/desk/bank/lines/{bank_line}/"),
    Row("desk/bank/lines/<int:number>/<slug:way>/", NOBODY, "T", "/desk/bank/lines/{bank_line}/ignore/"),
    Row("desk/standing-orders/", "T"),
    Row("desk/standing-orders/new/", "T", "T"),
    Row("desk/standing-orders/missing/", "T"),
    Row("desk/standing-orders/without-instruction/", "T"),
    Row("desk/standing-orders/<uuid:public_id>/", "T", "T", "/desk/standing-orders/{standing_order}/"),
    Row("desk/applications/", "S"),
    Row("desk/applications/allot/", NOBODY, "S"),
    Row("desk/applications/<uuid:public_id>/", "S", sample="/desk/applications/{application}/"),
    Row("desk/applications/<uuid:public_id>/refuse/", NOBODY, "S", "/desk/applications/{application}/refuse/"),
    Row("desk/register/", "S"),
    Row("desk/register.csv", "S"),
    Row("desk/register/<int:number>/", "S", sample="/desk/register/{member}/"),
    Row("desk/books/", "T"),
    Row("desk/books/income/", "T"),
    Row("desk/books/year/", "T"),
    Row("desk/books/year.csv", "T"),
    Row("desk/books/journal/", "T", "T"),
    Row("desk/books/accounts/", "T", "T"),
    Row("desk/books/close/", "T", "T"),
    Row("desk/books/export/", "T"),
    Row("desk/books/ledger.csv", "T"),
    Row("desk/books/ledger.journal", "T"),
    Row("desk/books/xero.csv", "T"),
    Row("desk/books/laws/", "T"),
    Row("desk/books/entries/<int:number>/reverse/", NOBODY, "T", "/desk/books/entries/{entry}/reverse/"),
    Row("desk/books/entries/<int:number>/", "T", sample="/desk/books/entries/{entry}/"),
    Row("desk/books/accounts/<str:code>/", "T", sample="/desk/books/accounts/4000/"),
    Row("desk/column/", "E", "E"),
    Row("desk/column/<int:number>/up-to-date/", NOBODY, "E", "/desk/column/{column}/up-to-date/"),
    Row("desk/attacks/", "T", "T"),
    Row("desk/supporters/", "T"),
    Row("desk/supporters/terms/", "T", "T"),
    Row("desk/supporters/statements/", "T", "T"),
    Row("desk/people/", "TS"),
    Row("desk/people/<int:number>/", "T", sample="/desk/people/{somebody}/"),
    Row("desk/people/merge/", "TS", "TS", "/desk/people/merge/?duplicate={somebody}&into={somebody_else}"),
    Row("desk/subscriptions/", "T", "T"),
    Row("desk/subscriptions/<int:number>/withdraw/", NOBODY, "T", "/desk/subscriptions/{product}/withdraw/"),
    Row("desk/moving-in/", "T", "T"),
    Row("desk/moving-in/alike/", "T"),
    Row("desk/moving-in/alike/<int:number>/", NOBODY, "T", "/desk/moving-in/alike/{likeness}/"),
    Row("desk/moving-in/<int:number>/", "T", "T", "/desk/moving-in/{consignment}/"),
    Row("desk/moving-in/<int:number>/drop/", NOBODY, "T", "/desk/moving-in/{consignment}/drop/"),
    Row("desk/outbox/", "TS"),
    Row("desk/outbox/held/", "TS", "TS"),
    Row("desk/outbox/<int:number>/", "TS", sample="/desk/outbox/{letter}/"),
    Row("desk/outbox/<int:number>/retry/", NOBODY, "TS", "/desk/outbox/{letter}/retry/"),
)

# Wagtail's own screens: the editors', one row for each prefix.
WAGTAIL = (
    _wagtail("account/", "account/", get="ETS", post="ETS"),
    _wagtail("logout/", "", get=NOBODY, post="ETS", why="it would log the tester out"),
    _wagtail("dismissibles/", "dismissibles/", get="ETS", post=NOBODY),  # one's own notices
    _wagtail("sprite/", "sprite/", get="ETS", post=NOBODY),
    _wagtail("jsi18n/", "jsi18n/", get="ETS", post=NOBODY),
    _wagtail("pages/", "pages/"),
    _wagtail("choose-page/", "choose-page/", post=NOBODY),
    _wagtail("choose-anchor-link/", "choose-anchor-link/"),
    _wagtail("choose-email-link/", "choose-email-link/"),
    _wagtail("choose-external-link/", "choose-external-link/"),
    _wagtail("choose-phone-link/", "choose-phone-link/"),
    _wagtail("tag-autocomplete/", "tag-autocomplete/?term=a", post=NOBODY),
    _wagtail("api/", "api/main/pages/", post=NOBODY),
    _wagtail("block-preview/", "", post=NOBODY, why="the block is named in the address"),
    _wagtail("bulk/", "", why="its models and actions are named in the address"),
    _wagtail("collections/", "collections/", get=NOBODY, post=NOBODY),  # superusers
    _wagtail("documents/", "documents/"),
    _wagtail("editing-sessions/", "", why="answers to a page that is being edited"),
    _wagtail("embeds/", "embeds/chooser/"),
    _wagtail("failwhale/", "", why="raises an error on purpose, to try the alarm"),
    _wagtail("images/", "images/"),
    _wagtail("redirects/", "redirects/"),
    _wagtail("reports/", "reports/locked/", post=NOBODY),
    _wagtail("snippets/", "snippets/newsroom/source/", post=NOBODY),
    _wagtail("stories/", "stories/", post=NOBODY),
    _wagtail("claim_chooser/", "claim_chooser/", post=NOBODY),
    _wagtail("test404/", "test404/", post=NOBODY),
    _wagtail("workflows/", "workflows/list/", get=NOBODY, post=NOBODY),  # superusers
    _wagtail("users/", "users/", get=NOBODY, post=NOBODY),  # superusers
    _wagtail("groups/", "groups/", get=NOBODY, post=NOBODY),  # superusers
    _wagtail("sites/", "sites/", get=NOBODY, post=NOBODY),  # superusers
    _wagtail("settings/", "", why="no settings are registered"),
    Row("desk/^.*/$", NOBODY, NOBODY, "/desk/no-such-screen/"),
    # Sent on to the front door.
    Row("^(?:desk/(?:login|password_reset)|_util/login)/", PUBLIC, PUBLIC, "/desk/login/"),
    Row("desk/login/", PUBLIC, PUBLIC),
    Row("desk/password_reset/*", PUBLIC, PUBLIC, "/desk/password_reset/"),
    Row("_util/login/", PUBLIC, PUBLIC),
    Row("_util/authenticate_with_password/*", PUBLIC, PUBLIC, "", "no page has a password"),
    Row("documents/*", PUBLIC, NOBODY, "", "serves public documents only; none stand in the tests"),
)

# The front door and its second factor.
DOOR = (
    Row("login/", PUBLIC, PUBLIC),
    Row("login/code/*", PUBLIC, PUBLIC, "/login/code/"),
    Row("logout/", PUBLIC, PUBLIC),
    # Nobody signs up, and the secretary changes an address: these pages of the framework stay shut.
    Row("^(?:signup|email|confirm-email|password/set|password/reset)(?:/|$)", NOBODY, NOBODY, "/signup/"),
    Row("signup/", NOBODY),
    Row("email/", NOBODY),
    Row("confirm-email/", NOBODY),
    Row("^confirm-email/*", NOBODY, NOBODY, "/confirm-email/no-such-key/"),
    Row("password/set/", NOBODY),
    Row("password/reset/*", NOBODY, NOBODY, "/password/reset/"),
    Row("^password/reset/*", NOBODY, NOBODY, "/password/reset/key/1-no-such-key/"),
    Row("inactive/", PUBLIC),
    Row("reauthenticate/", LOGIN, LOGIN),
    Row("password/change/", LOGIN, LOGIN),
    Row("2fa/", LOGIN),
    Row("2fa/authenticate/", PUBLIC, PUBLIC),
    Row("2fa/webauthn/login/", PUBLIC, PUBLIC),
    Row("2fa/*", LOGIN, LOGIN, "/2fa/reauthenticate/"),
)

# The paper: the same for everybody.
PAPER = (
    Row("", PUBLIC, sample="/"),
    Row("<slug:section>/", PUBLIC, sample="/no-such-section/"),
    Row("<slug:section>/<slug:slug>/", PUBLIC, sample="/politics/no-such-story/"),
    Row("search/", PUBLIC),
    Row("feeds/*", PUBLIC, sample="/feeds/"),
    Row("sitemap.xml", PUBLIC),
    Row("sitemap-<int:part>.xml", PUBLIC, sample="/sitemap-0.xml"),
    Row("news-sitemap.xml", PUBLIC),
    Row("robots.txt", PUBLIC),
    Row("speculation-rules.json", PUBLIC),
    Row("service-worker.js", PUBLIC),
    Row("appeal.json", PUBLIC),
    Row("appeal/", PUBLIC),
    Row("appeals/", PUBLIC),
    Row("appeals/<slug:slug>.json", PUBLIC, sample="/appeals/no-such-appeal.json"),
    Row("appeals/<slug:slug>/", PUBLIC, sample="/appeals/no-such-appeal/"),
    Row("fragments/*", PUBLIC, sample="/fragments/appeal/"),
    Row("claims/<int:claim_id>/", PUBLIC, sample="/claims/1/"),
    Row("^media/*", PUBLIC, sample="/media/no-such-picture.jpg"),
    Row("^((?:[\\w\\-]+/)*)$", PUBLIC, sample="/no-such-page/"),
)

# What readers send. A thank-you page is reached by a number that cannot be guessed, a pledge by a signed link.
READERS = (
    Row("give/", PUBLIC, PUBLIC),
    Row("give/<uuid:public_id>/thanks/", PUBLIC, sample=f"/give/{NO_SUCH}/thanks/"),
    Row("support/", PUBLIC, PUBLIC),
    Row("support/standing-order/", PUBLIC, PUBLIC),
    Row("support/standing-order/<uuid:public_id>/", PUBLIC, sample=f"/support/standing-order/{NO_SUCH}/"),
    Row("support/<uuid:public_id>/thanks/", PUBLIC, sample=f"/support/{NO_SUCH}/thanks/"),
    Row("pay/by-email/", PUBLIC),
    Row("pay/<uuid:public_id>/", PUBLIC, PUBLIC, f"/pay/{NO_SUCH}/"),
    Row("support/<uuid:public_id>/card/thanks/", PUBLIC, sample=f"/support/{NO_SUCH}/card/thanks/"),
    Row("account/", LOGIN),
    Row(
        "account/certificate/<int:number>.pdf", LOGIN, sample="", why="another's certificate is not found, one's own is"
    ),
    Row("account/pledge/", LOGIN),
    Row("account/pledge/<uuid:public_id>/", LOGIN, LOGIN, "", "another's pledge is not found, one's own is"),
    Row("account/pledge/<uuid:public_id>/card/", LOGIN, LOGIN, "", "another's pledge is not found, one's own is"),
    Row("account/giving/<int:year>/", LOGIN, NOBODY, "", "a year in which one gave nothing is not found"),
    Row("account/giving/receipts/<int:number>/", NOBODY, LOGIN, "", "another's receipt is not found, one's own is"),
    Row("receipts/", PUBLIC, PUBLIC),
    Row("join/", PUBLIC, PUBLIC),
    Row("join/<uuid:public_id>/thanks/", PUBLIC, sample=f"/join/{NO_SUCH}/thanks/"),
    Row("join/<uuid:public_id>/pay/", NOBODY, PUBLIC, f"/join/{NO_SUCH}/pay/"),
    Row("certificates/<str:code>/", PUBLIC, sample="/certificates/no-such-code/"),
    Row("support/<uuid:public_id>/<str:signature>/", PUBLIC, PUBLIC, f"/support/{NO_SUCH}/no-such-signature/"),
    Row(
        "support/<uuid:public_id>/<str:signature>/card/", PUBLIC, PUBLIC, f"/support/{NO_SUCH}/no-such-signature/card/"
    ),
)

# The providers' door: an event is believed by its signature alone. The sandbox's page is there in demo and tests only.
PROVIDERS = (
    Row("gateway/<slug:provider>/events", NOBODY, PUBLIC, "/gateway/sandbox/events"),
    Row("sandbox/pay/<str:ref>/", PUBLIC, PUBLIC, "/sandbox/pay/no-such-payment/"),
    Row("sandbox/mandate/<str:ref>/", PUBLIC, PUBLIC, "/sandbox/mandate/no-such-mandate/"),
)

MATRIX = (*DESK, *WAGTAIL, *DOOR, *PAPER, *READERS, *PROVIDERS)


def row_of(route: str) -> Row | None:
    """The row that speaks for a route: the exact one, else the longest prefix."""
    exact = [row for row in MATRIX if row.route == route]
    prefixes = [row for row in MATRIX if row.route.endswith("*") and route.startswith(row.route[:-1])]
    return next(iter(exact + sorted(prefixes, key=lambda row: -len(row.route))), None)
