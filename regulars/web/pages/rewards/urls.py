"""Addresses of rewards, codes, partners and invitations."""

from django.urls import path

from regulars.web.pages.rewards import codes, evenings, listing, partners

urlpatterns = [
    path("rewards", listing.rewards, name="rewards"),
    path("rewards/new", listing.edit, name="reward_new"),
    path("rewards/<int:reward_id>", listing.reward, name="reward"),
    path("rewards/<int:reward_id>/edit", listing.edit, name="reward_edit"),
    path("rewards/<int:reward_id>/give", listing.give, name="reward_give"),
    path("rewards/<int:reward_id>/print", listing.print_some, name="reward_print"),
    path("rewards/<int:reward_id>/change", listing.change, name="reward_change"),
    path("rewards/codes", codes.codes, name="codes"),
    path("rewards/codes/together", codes.together, name="codes_together"),
    path("rewards/codes/<int:voucher_id>", codes.voucher, name="voucher"),
    path("rewards/codes/<int:voucher_id>/use", codes.use, name="voucher_use"),
    path("rewards/codes/<int:voucher_id>/revoke", codes.revoke, name="voucher_revoke"),
    path("rewards/uses/<int:redemption_id>/undo", codes.undo, name="voucher_undo"),
    path("rewards/partners", partners.partners, name="partners"),
    path("rewards/partners/<int:partner_id>", partners.partner, name="partner"),
    path("rewards/partners/<int:partner_id>/pay", partners.pay, name="partner_pay"),
    path("rewards/partners/<int:partner_id>/settle", partners.settle, name="partner_settle"),
    path("rewards/statements/<int:statement_id>", partners.statement, name="statement"),
    path("rewards/invitations", evenings.evenings, name="evenings"),
    path("rewards/invitations/new", evenings.new, name="evening_new"),
    path("rewards/invitations/<int:evening_id>", evenings.evening, name="evening"),
    path("rewards/invitations/<int:evening_id>/change", evenings.change, name="evening_change"),
    path("rewards/guests/<int:invitation_id>", evenings.guest, name="guest"),
]
