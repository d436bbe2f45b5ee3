from django.apps import AppConfig


class MovingConfig(AppConfig):
    name = "pennypress.moving"
    label = "moving"
    verbose_name = "Moving in"
    default_auto_field = "django.db.models.BigAutoField"
