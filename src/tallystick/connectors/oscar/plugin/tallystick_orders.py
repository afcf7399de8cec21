"""Lets Tallystick end an order or say that it was shipped. Goes into a django-oscar with django-oscar-api.

    from tallystick_orders import urlpatterns as tallystick
    urlpatterns = [path("api/tallystick/", include(tallystick)), ...]

django-oscar-api reads orders and does not change them. This view moves an order along the shop's own pipeline
(`OSCAR_ORDER_STATUS_PIPELINE`) and writes a note beside it, both or neither; whoever may change orders may use it.
"""

from django.db import transaction  # type: ignore[import-not-found, import-untyped, unused-ignore]
from django.shortcuts import get_object_or_404  # type: ignore[import-not-found, import-untyped, unused-ignore]
from django.urls import path  # type: ignore[import-not-found, import-untyped, unused-ignore]
from oscar.apps.order.exceptions import InvalidOrderStatus  # type: ignore[import-not-found, import-untyped, unused-ignore]
from oscar.core.loading import get_model  # type: ignore[import-not-found, import-untyped, unused-ignore]
from oscarapi.permissions import APIAdminPermission  # type: ignore[import-not-found, import-untyped, unused-ignore]
from rest_framework.response import Response  # type: ignore[import-not-found, import-untyped, unused-ignore]
from rest_framework.views import APIView  # type: ignore[import-not-found, import-untyped, unused-ignore]

Order = get_model("order", "Order")


class OrderStatus(APIView):  # type: ignore[misc, unused-ignore]
    """An order's status and the notes beside it."""

    permission_classes = (APIAdminPermission,)
    queryset = Order.objects.all()

    def get(self, request, number):  # type: ignore[no-untyped-def] # noqa: ARG002 - Django's form
        """Say how the order stands."""
        return Response(_told(get_object_or_404(Order, number=number)))  # type: ignore[no-untyped-call]

    def patch(self, request, number):  # type: ignore[no-untyped-def]
        """Move it to `status`, if that is another one, and add `note`."""
        with transaction.atomic():
            order = get_object_or_404(Order.objects.select_for_update(), number=number)
            try:
                if request.data["status"] != order.status:
                    order.set_status(request.data["status"])
            except InvalidOrderStatus as refused:
                return Response({"status": str(refused)}, status=409)
            order.notes.create(note_type="System", message=request.data["note"])
            return Response(_told(order))  # type: ignore[no-untyped-call]


def _told(order):  # type: ignore[no-untyped-def]
    return {"number": order.number, "status": order.status, "notes": [note.message for note in order.notes.all()]}


urlpatterns = [path("orders/<str:number>/status/", OrderStatus.as_view())]
