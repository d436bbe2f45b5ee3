from django.apps import AppConfig


class GivingConfig(AppConfig):
    name = "pennypress.giving"
    label = "giving"
    verbose_name = "Giving"
    default_auto_field = "django.db.models.BigAutoField"
