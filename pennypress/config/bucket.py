"""Pictures in a bucket of S3's kind, under the addresses that they have on a disk as well: the paper's own."""

from urllib.parse import urljoin

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """The bucket. Nobody but our servers need reach it: readers get pictures from the paper, and caches keep them."""

    def url(self, name: str, *args: object, **kwargs: object) -> str:
        """This function will give a picture's address, the same wherever it is kept: stories are prepared with it."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))
