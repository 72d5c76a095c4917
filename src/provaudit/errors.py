"""What can go wrong, as one family of errors.

Each message is one sentence for a person: which file, what is wrong, what to do.
The command line prints it and leaves with `exit_code`; nothing else does.
"""

from __future__ import annotations


class ProvauditError(Exception):
    """Root of all errors that `provaudit` raises on purpose."""

    exit_code = 3


class UsageError(ProvauditError):
    """Wrong usage or configuration, or nothing to do (exit code 2)."""

    exit_code = 2


class DamagedError(ProvauditError):
    """A file is damaged, unreadable or not what it says it is (exit code 3)."""
