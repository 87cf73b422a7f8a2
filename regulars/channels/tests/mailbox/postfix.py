"""A Postfix of the test's own: takes mail, cannot deliver it, and writes real notifications about that."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.channels.tests.smtp.sink import _wait_for, free_port

POSTFIX = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin")
WHY_NOT = (
    "" if POSTFIX and os.geteuid() == 0 else "Postfix is not installed, or this is not root (apt install postfix)"
)
DAEMONS = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(*, back: int, next_hop: int) -> Iterator[int]:
    """The port of a Postfix that knows nobody at far.example, hands *.hop.example to port `next_hop`, and
    everything else, its own notifications above all, to port `back`."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-postfix-"))
    folder.chmod(0o755)
    port = free_port()
    for name in ("conf", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "conf" / "master.cf").write_text(DAEMONS.format(port=port))
    (folder / "conf" / "main.cf").write_text(_main(folder, back, next_hop))
    command = [POSTFIX, "-c", str(folder / "conf")]
    try:
        done = subprocess.run([*command, "start"], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        _wait_for(port)
        yield port
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _main(folder: Path, back: int, next_hop: int) -> str:
    hops = " ".join(f"{{ {name}.hop.example = smtp:[127.0.0.1]:{next_hop} }}" for name in ("full", "blocked", "gone"))
    return "\n".join(
        f"{name} = {value}"
        for name, value in {
            "compatibility_level": "3.6",
            "queue_directory": folder / "queue",
            "data_directory": folder / "data",
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "command_directory": "/usr/sbin",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "maillog_file": folder / "log",
            "maillog_file_prefixes": folder,
            "myhostname": "mx.far.example",
            "mydestination": "far.example",
            "local_recipient_maps": "",
            "mail_spool_directory": folder / "spool",
            "alias_maps": "",
            "alias_database": "",
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "smtp_dns_support_level": "disabled",
            "transport_maps": f"inline:{{ {hops} }}",
            "relayhost": f"[127.0.0.1]:{back}",
        }.items()
    )
