"""Addresses of the pages about friends."""

from django.urls import path

from regulars.web.pages.referrals import listing, offer

urlpatterns = [
    path("referrals", listing.referrals, name="referrals"),
    path("referrals/offer", offer.offer, name="referral_offer"),
    path("referrals/<int:referral_id>", listing.referral, name="referral"),
    path("referrals/<int:referral_id>/decide", listing.decide, name="referral_decide"),
]
