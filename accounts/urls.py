"""The addresses of the account pages that allauth does not have."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("accounts/profile/", views.profile, name="profile"),
    path("setup/", views.setup, name="first_admin"),
]
