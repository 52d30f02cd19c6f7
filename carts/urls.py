from django.urls import path

from carts import apis

api_urlpatterns = [
    path("device/enrol", apis.EnrolView.as_view(), name="device-enrol"),
    path("device", apis.DeviceView.as_view(), name="device"),
    path("device/ticket", apis.TicketView.as_view(), name="device-ticket"),
    path("device/roll", apis.RollView.as_view(), name="device-roll"),
]
