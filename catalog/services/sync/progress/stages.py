"""Adds up how long the steps of all syncs took, in the transaction that ends each of them."""

from django.dispatch import receiver

from catalog.models import SyncOperation, Tally
from catalog.models.sync import operation_ended

STEPS = ("fetching", "reading", "applying", "enriching")
STEP_SECONDS = "sync_step_seconds"
"""The tally of seconds by step."""


@receiver(operation_ended, dispatch_uid="stages")
def add_steps(operation: SyncOperation, **_: object) -> None:
    """Add the steps of a sync that has ended; previews and undos have others."""
    if operation.kind == SyncOperation.Kind.SYNC:
        Tally.add(STEP_SECONDS, {step: took for step, took in operation.step_seconds.items() if step in STEPS})
