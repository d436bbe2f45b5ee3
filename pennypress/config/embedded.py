"""The embedded PostgreSQL: where it lives and how it is addressed."""

from pathlib import Path
from urllib.parse import quote

OWNER_ROLE = "pennypress_owner"
APP_ROLE = "pennypress_app"
DATABASE = "pennypress"


def url(var: Path, role: str) -> str:
    """This function will give the address of the embedded database under `var` for one of its two roles."""
    return f"postgresql://{role}@{quote(str(var / 'postgres' / 'run'), safe='')}/{DATABASE}"
