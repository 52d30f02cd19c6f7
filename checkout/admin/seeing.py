"""What cameras know of the catalogue's pictures: which can be found, and which look alike."""

from django.contrib import admin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from checkout.models import LookAlike, PictureFeatures
from inventory.access import Action
from inventory.admin.base import ReadOnlyAdmin, display


@admin.register(PictureFeatures)
class PictureFeaturesAdmin(ReadOnlyAdmin):
    see = Action.SEE_BOARD
    list_display = ["picture", "state", "count", "made_at"]
    search_fields = ["picture__product__name", "picture__product__code"]
    list_filter = [("error", admin.EmptyFieldListFilter), ("made_at", RangeDateTimeFilter)]
    list_select_related = ["picture__product"]
    fields = ["picture", "source", "count", "error", "made_at"]

    @display(description="State", label={"can be found": "success", "can't be used": "danger"})
    def state(self, features: PictureFeatures) -> str:
        return "can't be used" if features.error else "can be found"


@admin.register(LookAlike)
class LookAlikeAdmin(ReadOnlyAdmin):
    see = Action.SEE_BOARD
    list_display = ["one", "other"]
    search_fields = ["one__picture__product__name", "other__picture__product__name"]
    list_filter = [("one__made_at", RangeDateTimeFilter)]
    list_select_related = ["one__picture__product", "other__picture__product"]
    fields = ["one", "other", "matrix"]
