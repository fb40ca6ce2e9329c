"""Gunicorn's configuration: threads, so that many people can watch a sync, and a clean stop for a running one."""

import gc
import os
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from config import scheduling
from config.environment import Environment
from config.watch import metric_files
from config.watch.logs import FORMATS
from config.watch.web_log import Logger

env = Environment.load(Path(__file__).with_name(".env"))
host = env.text("HOST", "127.0.0.1")
port = env.whole_number("PORT", 8000, largest=65535)
web_processes = env.whole_number("WEB_CONCURRENCY", 2)
sync_interval = env.interval("SYNC_INTERVAL")
Logger.log_format = env.choice("LOG_FORMAT", FORMATS)
env.check()

# gunicorn would refuse paths whose prefix a proxy has cut off already; config.wsgi takes both.
if script_name := os.environ.pop("SCRIPT_NAME", ""):
    os.environ["PROGMETAL_SCRIPT_NAME"] = script_name
# Whom to believe is for TRUSTED_PROXIES to say: progmetal reads the headers itself.
forwarded_allow_ips = ""

metric_files.make_folder()  # before prometheus_client is imported, by the application

bind = f"{host}:{port}"
workers = max(1, web_processes)
worker_class = "config.web_worker.Worker"
logger_class = Logger
threads = 8
timeout = 60
graceful_timeout = 10
# Longer than the panel's polling interval: a request on a connection that is just being closed would be lost.
keepalive = 75
# The control socket would be created in the home directory.
control_socket_disable = True

STOP_SECONDS = 5


def post_worker_init(_worker: Worker) -> None:
    """Let SIGTERM stop a sync in this process at its next heartbeat, and build the index before the first request.

    Neither threads nor connections survive a fork, so this is not for the application itself, which may be preloaded.
    """
    from catalog.browse.index.current import current_index
    from catalog.processes import room
    from catalog.processes.index import IndexProcess
    from catalog.rendering import ahead
    from catalog.services.sync import shutdown
    from catalog.tasks import keep_sending, syncs_apart

    shutdown.stop_on_sigterm()
    syncs_apart.set()
    room.take_all()  # if one that was killed has left some
    current_index().watch(IndexProcess())
    ahead.start()
    keep_sending()
    gc.freeze()  # or looking for garbage among all that stays takes 100 ms now and then, while nobody is answered


def worker_exit(_server: Arbiter, _worker: Worker) -> None:
    """Give a sync in this process time to record that it was stopped."""
    from catalog.services.sync import shutdown

    shutdown.stop_and_wait(STOP_SECONDS)


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """Keep the numbers of a worker that has ended."""
    metric_files.bury(worker.pid)


def when_ready(_server: Arbiter) -> None:
    """Start one scheduler next to the workers."""
    if sync_interval:
        scheduling.start()


def on_exit(_server: Arbiter) -> None:
    """Stop the scheduler."""
    scheduling.stop()
