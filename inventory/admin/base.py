"""The admin's own rules: scoped to what a person's roles reach, audited, and read-only unless said otherwise."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import unfold.decorators
from django import forms
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.contrib.filters.admin import RelatedDropdownFilter

from inventory.access import Action
from inventory.admin.scoping import reaches, retailer_id_of, store_id_of, subject_of, tenant_of, visible
from inventory.models import AuditEntry
from inventory.models.scoping import Scoped
from inventory.selectors.access import may_anywhere
from inventory.services.audit import audit_record
from inventory.services.versions import catalogue_touch

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin, TabularInline

    ModelAdminBase = ModelAdmin[Any]
    TabularInlineBase = TabularInline[Any, Any]
else:
    from unfold.admin import ModelAdmin as ModelAdminBase
    from unfold.admin import TabularInline as TabularInlineBase

F = TypeVar("F", bound=Callable[..., Any])


def display(**options: Any) -> Callable[[F], F]:
    """unfold's `display`, with types."""
    decorate: Callable[[F], F] = unfold.decorators.display(**options)
    return decorate


def action(**options: Any) -> Callable[[F], F]:
    """unfold's `action`, with types."""
    decorate: Callable[[F], F] = unfold.decorators.action(**options)
    return decorate


def person(request: HttpRequest) -> User:
    """Who is signed in; the admin lets nobody else this far."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def may_of(request: HttpRequest, action: Action) -> bool:
    """Whether this request's person may do this anywhere; asked once a request: a page asks for every model, twice."""
    known: dict[tuple[Any, Action], bool] = request.__dict__.setdefault("may_of", {})
    key = request.user.pk, action
    if key not in known:
        known[key] = may_anywhere(request.user, action)
    return known[key]


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses rows that would tie two tenants, or two stores of one tenant, together."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen = [value for value in cleaned.values() if isinstance(value, Scoped)]
        for kind, of in (("retailers", retailer_id_of), ("stores", store_id_of)):
            if len({of(value) for value in chosen} - {None}) > 1:
                raise forms.ValidationError(f"These belong to different {kind}.", code="other_tenant")
        return cleaned


class ScopedFilter(RelatedDropdownFilter):  # type: ignore[misc]
    """A filter by a related row that offers only what the person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        rows = visible(field.related_model, person(request), model_admin.see)[:500]
        return [(row.pk, str(row)) for row in rows]


class ScopedAdmin(ModelAdminBase):
    """Shows and changes only what the person's roles reach. `see` and `change` name what a role must allow."""

    see: ClassVar[Action]
    change: ClassVar[Action | None] = None

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    add: ClassVar[Action | None] = None
    deletable: ClassVar[bool] = False
    touches_catalogue: ClassVar[bool] = False
    form = TenantForm
    list_per_page = 50
    list_fullwidth = True
    list_filter_submit = True
    compressed_fields = True
    warn_unsaved_form = True
    show_full_result_count = False
    actions: Any = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(pk__in=visible(self.model, person(request), self.see).values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_of(request, self.see)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_of(request, self.see)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.change, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.add or self.change, None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self._may(request, self.change, obj)

    def _may(self, request: HttpRequest, wanted: Action | None, obj: Any) -> bool:
        if wanted is None or not may_of(request, wanted):
            return False
        return obj is None or reaches(request.user, wanted, obj)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        related = db_field.remote_field.model
        if issubclass(related, Scoped):
            return visible(related, person(request), self.add or self.change or self.see)
        return super().get_field_queryset(db, db_field, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.changed_here = {
            name: [_text(form.initial.get(name)), _text(form.cleaned_data.get(name))] for name in form.changed_data
        }
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit(request, obj, "create", message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._audit(request, obj, "change", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self._audit(request, obj, "delete", [])
        return super().log_deletions(request, queryset)

    def _audit(self, request: HttpRequest, obj: Model, what: str, message: Any) -> None:
        detail = {"object": str(obj), "fields": getattr(obj, "changed_here", {}), "related": _related(message)}
        told = {name: part for name, part in detail.items() if part}
        self.record(request, obj, f"{obj._meta.model_name}.{what}", told)

    def record(self, request: HttpRequest, obj: Model, what: str, detail: dict[str, Any] | None = None) -> None:
        """Writes what was done to a row into the audit log, and tells the stores when their catalogue changed."""
        store, retailer = tenant_of(obj)
        if self.touches_catalogue:
            catalogue_touch(store_ids=[store.pk] if store else None, retailer_id=retailer.pk if retailer else None)
        audit_record(
            action=what, subject=subject_of(obj), actor=person(request), store=store, retailer=retailer,
            detail=detail, now=timezone.now(),
        )  # fmt: skip

    def found(self, request: HttpRequest, object_id: str, wanted: Action | None = None) -> Any:
        """The row, or 404 if it is absent or foreign; PermissionDenied if the role doesn't reach this far."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if wanted is not None and not self._may(request, wanted, obj):
            raise PermissionDenied
        return obj

    def page(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        """A page of the admin's own look."""
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.model._meta, **context}
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, from the audit log: also what no form of the admin did."""
        obj = self.found(request, object_id)
        entries = AuditEntry.objects.filter(subject=subject_of(obj)).order_by("-id")[:200]
        return self.page(
            request, "inventory/admin/history.html", title=f"History of {obj}", object=obj, entries=entries
        )


class ReadOnlyAdmin(ScopedAdmin):
    """History, money and journals: looked at, never touched."""

    warn_unsaved_form = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(TabularInlineBase):
    """Rows that belong to another, to look at."""

    extra = 0
    can_delete = False
    tab = True
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedInline(TabularInlineBase):
    """Rows edited with the one they belong to: whoever may change that one may change these."""

    extra = 0
    tab = True
    form = TenantForm

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_may(request, obj)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        related, parent = db_field.remote_field.model, self._parent()
        if issubclass(related, Scoped):
            return visible(related, person(request), parent.change or parent.see)
        return super().get_field_queryset(db, db_field, request)

    def _parent(self) -> Any:
        return self.admin_site._registry[self.parent_model]

    def _parent_may(self, request: HttpRequest, obj: Any) -> bool:
        parent = self._parent()
        allowed = parent.has_change_permission(request, obj) if obj is not None else parent.has_add_permission(request)
        return bool(allowed)


def _text(value: Any) -> Any:
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, QuerySet):
        return [str(row) for row in value]
    return value if isinstance(value, int | float | list | dict | None) else str(value)


def _related(message: Any) -> list[str]:
    """What else the form changed (rows of inlines), in words."""
    if not isinstance(message, list):
        return [str(message)] if message else []
    told = [(verb, part[verb]) for part in message for verb in ("added", "changed", "deleted") if verb in part]
    return [f"{verb} {what['name']} {what['object']}" for verb, what in told if what.get("object")]
