"""The staff's roles: one Django group each. Who may see and do what is asked here and nowhere else."""

from django.contrib.auth.models import AnonymousUser, Group

from pennypress.people.models import User

EDITOR = "Editors"
TREASURER = "Treasurers"
SECRETARY = "Secretaries"
ALL = (EDITOR, TREASURER, SECRETARY)


def holds(user: User | AnonymousUser, *roles: str) -> bool:
    """This function will say whether an active member of staff holds one of `roles`. Superusers hold all of them."""
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or user.groups.filter(name__in=roles).exists()


def give(user: User, role: str) -> None:
    """This function will make the user a member of staff with `role`. Writes the group's membership and `is_staff`."""
    group, _created = Group.objects.get_or_create(name=role)
    user.groups.add(group)
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
