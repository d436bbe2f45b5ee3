from django.apps import AppConfig


class SocietyConfig(AppConfig):
    name = "pennypress.society"
    label = "society"
    verbose_name = "Society"
    default_auto_field = "django.db.models.BigAutoField"
