"""Connections on which nothing waits for ever, and that work behind PgBouncer as it is set up by default."""
# pyright: basic, reportIncompatibleMethodOverride=false, reportAttributeAccessIssue=false
# pyright: reportGeneralTypeIssues=false, reportAssignmentType=false, reportArgumentType=false, reportReturnType=false
# django-types knows little of the backends.

import math
import select
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import PQGen

RV = TypeVar("RV")

GRACE_SECONDS = 2.0
"""How much longer than the server's own limit is waited for its answer, which says more than ours."""

USABLE_SECONDS = 5.0
"""How long a connection that was kept may take to show that it still works."""

QUIET_SECONDS = 1.0
"""How long after an answer a connection needn't show that: half the questions of a busy site would be that one."""

REFUSED_BY_A_POOLER = "unsupported startup parameter"


class Connection(psycopg.Connection[Any]):
    """Gives up on a server that doesn't answer: the network may acknowledge what a dead server never reads."""

    answer_seconds: float | None = None
    answered_at = -math.inf

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait as psycopg does, but not for ever."""
        limit = self.answer_seconds if timeout is None else timeout
        try:
            answer = super().wait(gen, interval, limit)
        except psycopg.errors._WaitTimeout:  # noqa: SLF001 - psycopg has no other name for it
            if timeout is not None:
                raise
            # What comes later would be taken for the answer to another question.
            self.close()
            raise psycopg.OperationalError(f"the database server didn't answer within {limit:g} seconds") from None
        self.answered_at = time.monotonic()
        return answer

    @property
    def is_quiet(self) -> bool:
        """Whether the server answered a moment ago, and has sent nothing since: it does if it ends the connection."""
        if self.closed or time.monotonic() - self.answered_at > QUIET_SECONDS:
            return False
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return not poll.poll(0)

    @contextmanager
    def answering_within(self, seconds: float) -> Generator[None]:
        """Wait that long at most for each answer in the block."""
        before, self.answer_seconds = self.answer_seconds, seconds
        try:
            yield
        finally:
            self.answer_seconds = before


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, with or without a pooler in front.

    A pooler in transaction mode refuses the parameters that limit a session, and a session would be shared anyway. So
    there each transaction begins with its limits, and nothing outlives a transaction.
    """

    is_pooled = False

    def get_connection_params(self) -> dict[str, Any]:
        """Return what libpq is told: the limits are ours to tell the server."""
        params: dict[str, Any] = super().get_connection_params()
        self._answer_seconds: float = params.pop("answer_seconds", 0)
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        """Connect, and find out whether the limits count for the session."""
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        limits = " ".join(f"-c {name}={value}" for name, value in self._limits.items())
        with_limits = {**conn_params, "options": f"{limits} {conn_params.get('options', '')}".strip()}
        try:
            connection = Connection.connect(**with_limits)
        except psycopg.OperationalError as error:
            if REFUSED_BY_A_POOLER not in str(error):
                raise
            connection = Connection.connect(**conn_params)
        connection.answer_seconds = self._answer_seconds + GRACE_SECONDS if self._answer_seconds else None
        # Poolers may also be told to drop the parameters in silence.
        (lock_timeout,) = connection.execute("SELECT current_setting('lock_timeout')").fetchone() or ("",)
        connection.rollback()
        self.is_pooled = lock_timeout != self._limits["lock_timeout"]
        return connection

    @property
    def _limits(self) -> dict[str, str]:
        """Return the limits of a session; a process that was stopped in a transaction must not keep its locks."""
        return {
            "lock_timeout": "20s",
            "idle_in_transaction_session_timeout": "1min",
            "statement_timeout": f"{round(self._answer_seconds * 1000)}ms",
        }

    def is_usable(self) -> bool:
        """Whether a connection that was kept still works; a dead network is no reason to wait for long."""
        if not isinstance(self.connection, Connection):
            return False
        if self.connection.is_quiet and not self.errors_occurred:
            return True
        with self.connection.answering_within(USABLE_SECONDS):
            return super().is_usable()

    def chunked_cursor(self) -> Any:  # noqa: ANN401 - as Django declares it
        """Return a cursor of the server, or where a pooler would lose it an ordinary one."""
        return self.cursor() if self.is_pooled else super().chunked_cursor()

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)
        if self.is_pooled and not autocommit and isinstance(self.connection, Connection):
            with self.wrap_database_errors:
                self.connection.execute(
                    "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in self._limits.items()).encode()
                )
