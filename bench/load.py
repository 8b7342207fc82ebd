"""Reading as fast as the server lets us, with wrk."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8
THROUGHPUT = re.compile(r"Requests/sec:\s+([\d.]+)")
MEDIAN = re.compile(r"50%\s+([\d.]+)(us|ms|s)")
ROTTEN = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.+)")
IN_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
EVERY_REQUEST_ANOTHER_ADDRESS = """
local n = {first}
request = function()
  n = n + 1
  return wrk.format("GET", "{path}" .. string.format("%.0f", n))
end
"""


class Rotten(RuntimeError):
    """Some answers were errors, so their number says nothing."""


@dataclass(frozen=True)
class Speed:
    rps: float
    median: float
    """Milliseconds until half of the answers were there."""


def read(address: str, *, seconds: float, cookie: str = "", vary: int = 0, connections: int = CONNECTIONS) -> Speed:
    """Answers a second. With `vary`, every request asks for another address: the given one and a rising number."""
    if shutil.which("wrk") is None:
        raise SystemExit("The bench needs wrk: apt-get install wrk")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "--latency"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    with tempfile.TemporaryDirectory() as scratch:
        if vary:
            server, _, path = address.removeprefix("http://").partition("/")
            script = Path(scratch) / "vary.lua"
            script.write_text(EVERY_REQUEST_ANOTHER_ADDRESS.format(first=vary, path=f"/{path}"))
            command += ["-s", str(script), f"http://{server}"]
        else:
            command.append(address)
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if rotten := ROTTEN.search(said):
        raise Rotten(f"{address}: {rotten[0]}")
    number, unit = MEDIAN.search(said).groups()
    return Speed(float(THROUGHPUT.search(said)[1]), float(number) * IN_MILLISECONDS[unit])
