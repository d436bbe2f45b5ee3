"""The addresses of the bank's screens, under /desk/."""

from django.urls import path

from pennypress.desk.bank import accounts, importing, lines, mapping, matching, orders, reconciling

urlpatterns = [
    path("bank/", accounts.listing, name="desk_bank"),
    path("bank/new/", accounts.new, name="desk_bank_new"),
    path("bank/<int:number>/", accounts.change, name="desk_bank_account"),
    path("bank/<int:number>/import/", importing.take_in, name="desk_bank_import"),
    path("bank/<int:number>/match/", matching.match, name="desk_bank_match"),
    path("bank/<int:number>/reconcile/", reconciling.reconcile, name="desk_bank_reconcile"),
    path("bank/files/<int:number>/", importing.look, name="desk_bank_file"),
    path("bank/files/<int:number>/mapping/", mapping.edit, name="desk_bank_mapping"),
    path("bank/lines/<int:number>/", lines.one, name="desk_bank_line"),
    path("bank/lines/<int:number>/<slug:way>/", lines.say, name="desk_bank_line_say"),
    path("standing-orders/", orders.listing, name="desk_standing_orders"),
    path("standing-orders/new/", orders.new, name="desk_standing_order_new"),
    path("standing-orders/missing/", orders.missing, name="desk_standing_orders_missing"),
    path("standing-orders/without-instruction/", orders.uninstructed, name="desk_standing_orders_uninstructed"),
    path("standing-orders/<uuid:public_id>/", orders.one, name="desk_standing_order"),
]
