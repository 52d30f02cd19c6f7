"""Staff and their roles. A manager appoints people of the own stores, to the own role or one below it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from inventory.access import ROLES, Action
from inventory.admin.base import ScopedAdmin, ScopedFilter, ScopedInline, TenantForm, display, may_of, person
from inventory.models import Membership, Role
from inventory.selectors.access import everywhere, retailers_for, stores_for

admin.site.unregister(User)
# Roles are memberships; Django's groups would be a second table of who may do what.
admin.site.unregister(Group)


def roles_to_give(user: User) -> list[Role]:
    """The roles this person may give: all but operator for who runs the platform, else the own one and those below."""
    if user.is_superuser:
        return list(Role)
    if everywhere(user, Action.MANAGE_STAFF):
        return [role for role in Role if role != Role.OPERATOR]
    mine = Membership.objects.filter(user=user, role__in=[r for r in Role if Action.MANAGE_STAFF in ROLES[r]])
    able = frozenset[Action]().union(*(ROLES[Role(role)] for role in mine.values_list("role", flat=True)))
    return [role for role in Role if ROLES[role] <= able]


def people_for(user: User) -> QuerySet[User]:
    """Whom this person may see and change: who works in the own reach only, and stands no higher."""
    people = User.objects.all()
    if user.is_superuser:
        return people
    people = people.filter(is_superuser=False)
    theirs = Membership.objects.filter(user=OuterRef("pk"))
    higher = theirs.exclude(role__in=roles_to_give(user))
    if everywhere(user, Action.MANAGE_STAFF):
        return people.exclude(Exists(higher))
    within = Q(store__in=stores_for(user, Action.MANAGE_STAFF).values("id"))
    within |= Q(store=None, retailer__in=retailers_for(user, Action.MANAGE_STAFF).values("id"))
    return people.filter(Exists(theirs.filter(within)), ~Exists(theirs.exclude(within)), ~Exists(higher))


class MembershipForm(TenantForm):
    """Refuses a role above the own one, and a place beyond the own reach. The admin sets `actor`."""

    actor: User

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if role not in roles_to_give(self.actor):
            raise forms.ValidationError("You can give your own role and those below it.", code="role_too_high")
        return role

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        retailer, store = cleaned.get("retailer"), cleaned.get("store")
        if cleaned.get("role") == Role.OPERATOR:
            return cleaned
        if retailer is None:
            self.add_error("retailer", "Choose the retailer; only an operator has none.")
        elif store is None and not retailers_for(self.actor, Action.MANAGE_STAFF).filter(pk=retailer.pk).exists():
            self.add_error("store", "Choose a store: your own role is not for all stores of this retailer.")
        return cleaned


class MembershipInline(ScopedInline):
    model = Membership
    form = MembershipForm
    fields = ["retailer", "store", "role"]
    tab = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.actor = person(request)
        return formset

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        # Somebody without a place would be out of the sight of the manager who made them.
        return 0 if person(request).is_superuser else 1


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    see = Action.MANAGE_STAFF
    change = Action.MANAGE_STAFF
    deletable = True
    form = MembershipForm
    list_display = ["user", "role_shown", "retailer", "store", "on_duty_since"]
    search_fields = ["user__username", "user__first_name", "user__last_name"]
    list_filter = [("retailer", ScopedFilter), ("store", ScopedFilter), "role"]
    list_select_related = ["user", "retailer", "store"]
    autocomplete_fields = ["user", "store"]
    fields = ["user", "retailer", "store", "role"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = person(request)
        return form

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        if db_field.name == "user":
            return people_for(person(request))
        return super().get_field_queryset(db, db_field, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if isinstance(obj, Membership) and not people_for(person(request)).filter(pk=obj.user_id).exists():
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.has_change_permission(request, obj)

    @display(description="Role", ordering="role", label=True)
    def role_shown(self, membership: Membership) -> str:
        return membership.get_role_display()


@admin.register(User)
class StaffAdmin(DjangoUserAdmin, ScopedAdmin):  # type: ignore[type-arg]
    see = Action.MANAGE_STAFF
    change = Action.MANAGE_STAFF
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    inlines = [MembershipInline]
    list_display = ["username", "name", "roles", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    ordering = ["username"]
    add_fieldsets = ((None, {"fields": ["username", "first_name", "email", "is_staff", "password1", "password2"]}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        people = people_for(person(request))
        return super(ScopedAdmin, self).get_queryset(request).filter(pk__in=people.values("pk"))

    def _may(self, request: HttpRequest, wanted: Action | None, obj: Any) -> bool:
        if wanted is None or not may_of(request, wanted):
            return False
        return not isinstance(obj, User) or people_for(person(request)).filter(pk=obj.pk).exists()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        rights = ["is_active", "is_staff", *(["is_superuser"] if person(request).is_superuser else [])]
        return [
            (None, {"fields": ["username", "password", "first_name", "last_name", "email"]}),
            ("Access", {"fields": [*rights, "last_login", "date_joined"]}),
        ]

    @display(description="Name")
    def name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @display(description="Roles")
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return "superuser"
        rows = Membership.objects.filter(user=user).select_related("store", "retailer")
        return ", ".join(f"{row.get_role_display()} ({row.store or row.retailer or 'platform'})" for row in rows) or "–"
