"""How the process logs: lines for people, or one JSON object a line for machines, with the ids of what was going on.

Whoever begins a piece of work binds its ids (`structlog.contextvars`): a request its `request`, a cart's connection
its `cart`, a task its `task`. Every record made meanwhile carries them, ours and libraries' alike. Values whose key
names a secret never leave, whatever logged them.
"""

import re
from typing import Any, cast

import structlog
from structlog.typing import EventDict, Processor

SECRET = re.compile(r"token|secret|password|authorization|cookie|signature|api_?key|ticket|code_?hash", re.IGNORECASE)
# `Bearer …` and `key=…` inside a message or a traceback.
SPOKEN = re.compile(r"(?i)(bearer\s+|(?:token|secret|password|api_?key|ticket)[\"']?\s*[=:]\s*[\"']?)[^\s\"',;&]+")
HIDDEN = "[hidden]"


def hide_secrets(logger: object, method: str, event: EventDict) -> EventDict:
    """Blank what must not be written down: values under telling keys, and telling words in texts."""
    return cast(EventDict, {key: HIDDEN if SECRET.search(key) else _hidden(value) for key, value in event.items()})


def _hidden(value: object) -> object:
    if isinstance(value, str):
        return SPOKEN.sub(rf"\1{HIDDEN}", value)
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET.search(str(key)) else _hidden(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner) for inner in value]
    return value


def logging_config(*, form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. `form` is "json" or "text", `level` the least level of the root logger."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    machine = form == "json"
    last: Processor = (
        structlog.processors.JSONRenderer(default=str)
        if machine
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    hide_secrets,
                    last,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # A 404 is an answer, not an event; a broker in memory has no host name to miss.
            "django.request": {"level": "ERROR"},
            "kombu.connection": {"level": "ERROR"},
        },
    }
