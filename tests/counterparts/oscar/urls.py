"""What the shop of the tests answers: its API, and our view for statuses."""

from django.apps import apps  # type: ignore[import-not-found, import-untyped, unused-ignore]
from django.urls import include, path  # type: ignore[import-not-found, import-untyped, unused-ignore]
from tallystick_orders import urlpatterns as ours  # type: ignore[import-not-found, unused-ignore]

urlpatterns = [
    path("api/", include("oscarapi.urls")),
    path("api/tallystick/", include(ours)),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
