"""How gunicorn serves the web process; the same in the demonstration and in the container."""

import os
from pathlib import Path

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 25
keepalive = 20
# A worker's heartbeat is a file; on a disk that is slow to write it could look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# No access log: it would hold the network addresses of people who post under a pen name.
accesslog = None
loglevel = "warning"
# Nothing here is managed while it runs, and there is no home directory to put a socket in.
control_socket_disable = True
