"""Where the CPU of pages goes: cProfile over their making, its figures added up by whose code it is. For `uncached`."""

import cProfile
import pstats
import time
from collections import Counter
from collections.abc import Callable, Iterable

# Whose code a file is, by what its path holds; what is nobody's here counts for whoever called it.
OURS = {
    "django/template": "templates: Django's engine",
    "django/utils/html": "templates: Django's engine",
    "django/utils/safestring": "templates: Django's engine",
    "django/utils/translation": "words, dates and figures in the reader's language",
    "django/utils/formats": "words, dates and figures in the reader's language",
    "django/utils/dateformat": "words, dates and figures in the reader's language",
    "django/utils/timezone": "words, dates and figures in the reader's language",
    "django/utils/functional": "lazy words and properties",
    "django/urls": "finding the view and writing addresses",
    "django/core/handlers": "Django's middleware, request and response",
    "django/http": "Django's middleware, request and response",
    "django/utils/deprecation": "Django's middleware, request and response",
    "django/middleware": "Django's middleware, request and response",
    "django/contrib": "Django's middleware, request and response",
    "asgiref/": "Django's middleware, request and response",
    "/csp/": "Django's middleware, request and response",
    "whitenoise/": "Django's middleware, request and response",
    "allauth/": "Django's middleware, request and response",
    "psycopg": "the database: driver and Django's wrapper",
    "django/db": "the database: driver and Django's wrapper",
    "wagtail/": "Wagtail",
    "pennypress/newsroom": "the newsroom",
    "pennypress/": "the rest of our code",
    "django/": "the rest of Django",
}
ELSEWHERE = "Python itself, and other libraries"


def profile(make: Callable[[str], object], paths: Iterable[str]) -> list[tuple[str, float]]:
    """The share in the CPU's time of each whose code ran while pages were made, the largest first."""
    profiler = cProfile.Profile(time.process_time)
    with profiler:
        for path in paths:
            make(path)
    spent: Counter[str] = Counter()
    for function, (_calls, _again, own, _whole, callers) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        whose = _whose(function[0])
        if whose is None and callers:
            times = {caller[0]: figures[2] for caller, figures in callers.items()}
            whole = sum(times.values()) or 1.0
            for file, its in times.items():
                spent[_whose(file) or ELSEWHERE] += own * its / whole
        else:
            spent[whose or ELSEWHERE] += own
    return [(whose, own / spent.total()) for whose, own in spent.most_common()]


def _whose(file: str) -> str | None:
    return next((whose for part, whose in OURS.items() if part in file), None)
