from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class LettersConfig(AppConfig):
    name = "pennypress.letters"
    label = "letters"
    verbose_name = "Letters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """This function will let each package register what it encloses in letters."""
        autodiscover_modules("enclosing")
