from importlib import import_module

from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    name = "pennypress.newsroom"
    label = "newsroom"
    verbose_name = "Newsroom"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connects what follows a publishing."""
        import_module("pennypress.newsroom.publishing")
