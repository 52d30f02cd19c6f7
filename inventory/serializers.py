"""What the catalogue's calls answer."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from inventory.models import CatalogueImport, ImportState
from inventory.selectors.articles import Article
from inventory.services.import_progress import Step


class ComparisonSerializer(serializers.Serializer[Any]):
    """What a kilogram or a litre costs, in minor units, so that packs of different sizes can be compared."""

    amount = serializers.IntegerField()
    per = serializers.ChoiceField(choices=["kg", "l"])


class ArticleSerializer(serializers.Serializer[Any]):
    """An article as the tablet shows it; `unit_price` is in minor units, for a piece or a kilogram."""

    code = serializers.CharField(help_text="To be sent in a scan.")
    name = serializers.CharField()
    brand = serializers.CharField()
    category = serializers.CharField()
    unit_price = serializers.IntegerField()
    sold_by = serializers.ChoiceField(choices=["each", "kg"])
    comparison_price = ComparisonSerializer(allow_null=True, help_text="Null where it is the price, or is not known.")
    picture = serializers.CharField(allow_null=True)


class ArticlesSerializer(serializers.Serializer[Any]):
    results = ArticleSerializer(many=True)


class SearchQuerySerializer(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=100, trim_whitespace=True)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=20)


class ImportRequestSerializer(serializers.Serializer[Any]):
    """A catalogue file for one store."""

    store = serializers.IntegerField(help_text="The store whose prices the file holds.")
    file = serializers.FileField(help_text="CSV in UTF-8, or XLSX.")
    mapping = serializers.CharField(required=False, allow_blank=True, help_text="field=column pairs with commas.")
    dry_run = serializers.BooleanField(default=False)
    skip_problems = serializers.BooleanField(default=False, help_text="Leave out rows with problems.")
    background = serializers.BooleanField(default=False, help_text="Answer at once, and do it in the background.")


class ImportProblemSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    field = serializers.CharField()
    value = serializers.CharField()
    code = serializers.CharField()
    reason = serializers.CharField()


class ImportSerializer(serializers.Serializer[Any]):
    """What a file did, or would do; `problems` holds the first 200."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["checked", "refused", "applied", "waiting", "running"])
    mapping = serializers.DictField(child=serializers.CharField())
    rows = serializers.IntegerField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    prices = serializers.IntegerField()
    problem_count = serializers.IntegerField()
    problems = ImportProblemSerializer(many=True)


class ImportProgressSerializer(ImportSerializer):
    """An import and how far it is: `rows_done` of `phase_rows` rows of its `phase`; `percent` is of the whole."""

    address = serializers.CharField(help_text="Where to ask again.")
    percent = serializers.IntegerField()
    phase = serializers.ChoiceField(choices=["waiting", "reading", "checking", "writing", "done"])
    rows_done = serializers.IntegerField()
    phase_rows = serializers.IntegerField()


def import_progress_body(record: CatalogueImport, step: Step) -> dict[str, Any]:
    """An import's body as `ImportProgressSerializer` describes it."""
    waiting, running = record.state == ImportState.WAITING, record.state == ImportState.RUNNING
    done = (step.phase, step.percent, step.done, step.rows) if running else ("done", 100, record.rows, record.rows)
    phase, percent, rows_done, phase_rows = ("waiting", 0, 0, 0) if waiting else done
    return {
        **ImportSerializer(record).data, "address": reverse("catalogue-import-progress", args=[record.pk]),
        "percent": percent, "phase": phase, "rows_done": rows_done, "phase_rows": phase_rows,
    }  # fmt: skip


def article_body(article: Article) -> dict[str, Any]:
    """The body of one article, as `ArticleSerializer` describes it."""
    return {
        "code": article.printed_code,
        "name": article.name,
        "brand": article.brand,
        "category": article.category,
        "unit_price": article.unit_price_minor,
        "sold_by": article.sold_by,
        "comparison_price": article.comparison and article.comparison.body(),
        "picture": article.picture,
    }
