"""Paints the demo's pictures ahead, in processes of their own, while the books are being written."""

import multiprocessing
from concurrent.futures import Future, ProcessPoolExecutor

from pennypress.demo import pictures, reading

# Smaller than the frame they are drawn in: no page shows them wider.
SIZE = (1200, 800)
PORTRAIT = (480, 480)


def wanted() -> list[tuple[str, int]]:
    """This function will list every picture of the paper by its motif and seed, once each, portraits first."""
    found = [("portrait", int(person["portrait_seed"])) for person in reading.paper()["contributors"]]
    for story in reading.stories():
        shown = story.head.get("picture")
        if shown:
            found.append((shown["motif"], int(shown["seed"])))
        for block in story.blocks:
            if block.kind == "image":
                motif, seed = block.lines[0].split()
                found.append((motif, int(seed)))
    return list(dict.fromkeys(found))


class Ahead:
    """A painter at work: `take` waits for one picture's JPEG. Ends its processes when the `with` block ends.

    On a system that gives no semaphores (no writable /dev/shm) each picture is painted when it is asked for.
    """

    def __init__(self) -> None:
        self.jobs: dict[tuple[str, int], Future[bytes]] = {}
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Ahead":
        try:
            self.pool = ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("spawn"))
        except OSError:
            return self
        self.jobs = {(motif, seed): self.pool.submit(_paint, motif, seed) for motif, seed in wanted()}
        return self

    def __exit__(self, *_error: object) -> None:
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)

    def take(self, motif: str, seed: int) -> bytes:
        """This function will give a picture's JPEG, waiting until it is painted."""
        job = self.jobs.get((motif, seed))
        return job.result() if job else _paint(motif, seed)


def _paint(motif: str, seed: int) -> bytes:
    return pictures.paint(motif, seed, PORTRAIT if motif == "portrait" else SIZE)
