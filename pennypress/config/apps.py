from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "pennypress.config"
    label = "config"
    verbose_name = "Config"
    default_auto_field = "django.db.models.BigAutoField"
