"""Debian's own IMAP server, on a free port of loopback, with one mailbox per user name and one password."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.events.tests.apart import free_port

SERVER = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")
PASSWORD = "correct-horse"
CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@contextmanager
def dovecot() -> Iterator[int]:
    """The port of a server that runs until the end of the block."""
    # in a folder of its own: pytest closes those it gives to other users, which Dovecot works as
    with tempfile.TemporaryDirectory(prefix="regulars-dovecot-") as folder:
        Path(folder).chmod(0o711)
        with _running(Path(folder)) as port:
            yield port


@contextmanager
def _running(home: Path) -> Iterator[int]:
    own = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for name in ("run", "state", "mail"):
        (home / name).mkdir()
        shutil.chown(home / name, own.pw_uid, own.pw_gid) if os.geteuid() == 0 else None
    port, group = free_port(), grp.getgrgid(own.pw_gid).gr_name
    told = {"home": home, "user": own.pw_name, "group": group, "uid": own.pw_uid, "gid": own.pw_gid, "port": port}
    (home / "dovecot.conf").write_text(CONFIG.format(**told, password=PASSWORD))
    running = subprocess.Popen([SERVER, "-F", "-c", str(home / "dovecot.conf")])
    try:
        _wait_for(port, running, home)
        yield port
    finally:
        running.terminate()
        running.wait(60)


def _wait_for(port: int, running: subprocess.Popen, home: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    log = home / "log"
    raise RuntimeError(f"dovecot does not start: {log.read_text() if log.exists() else ''}")


def deliver(port: int, raw: bytes, *, user: str = "help", folder: str = "INBOX") -> None:
    """Put a mail into somebody's folder."""
    with imaplib.IMAP4("127.0.0.1", port) as imap:
        imap.login(user, PASSWORD)
        status, said = imap.append(folder, None, None, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        assert status == "OK", said


def mails(port: int, *, user: str = "help", folder: str = "INBOX") -> list[bytes]:
    """What is in somebody's folder."""
    with imaplib.IMAP4("127.0.0.1", port) as imap:
        imap.login(user, PASSWORD)
        imap.select(folder, readonly=True)
        numbers = imap.search(None, "ALL")[1][0].split()
        return [imap.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers]
