"""The log: one line for each request that met a stopped database, and the whole story for every other fault."""

import logging

from pennypress.delivery import remembered


class Brief(logging.Filter):
    """Takes the traceback off a record of the database being away: it is the same for every request, and tells nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, remembered.UNREACHABLE):
            record.msg = f"{record.getMessage()}: {str(error).strip().partition(chr(10))[0]}"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True
