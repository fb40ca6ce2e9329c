"""What can end a sync: one base, one class a cause. Templates in ``catalog/words`` turn them into sentences."""

from catalog.services.facts import CodedError


class SyncError(CodedError):
    """Why a sync failed; the base alone stands for a bug in progmetal."""
