"""Cases from outside are tried on the newsroom's small paper."""

from tests.newsroom.conftest import nothing_remembered, paper

__all__ = ["nothing_remembered", "paper"]
