"""An editor at one node: publishes a story for each line that is told, and says when that began.

Run by `tests.attacks.nodes` in the node's own network, as a process of the paper.
"""

import sys
import time


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from pennypress.delivery import purging
    from pennypress.newsroom import writing
    from pennypress.newsroom.models import SectionPage
    from tests.attacks.founding import found
    from tests.newsroom.builders import a_paper, a_story

    if "--silent" in sys.argv:  # The control: nobody is told of what is published.
        purging.purge = lambda *tags: None
    for line in sys.stdin:
        asked = line.strip()
        connection.close_if_unusable_or_obsolete()
        if asked == "found":
            found()
            a_paper()
        else:
            draft = a_story(SectionPage.objects.get(), asked, published_at=None)
            began = time.monotonic()
            writing.publish(draft, at=timezone.now())
            print(began, flush=True)
            continue
        print(0, flush=True)


if __name__ == "__main__":
    main()
