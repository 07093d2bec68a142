"""The playground of a stranger: it answers, and stops when it is told to."""
import re
import signal
import subprocess
import threading
import time
import urllib.request

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/(?=\s)")


def answers_and_stops(desk):
    """With the starter's policy, and beside a broken one."""
    folder = desk.folder("served")
    desk.run("served", "claimsmith init", folder)
    said = once(desk, folder, "claimsmith serve --records items.json --port 0")
    if "claims.toml" not in said:
        desk.wrong("served", "it doesn't say whose policy that is", said)
    (folder / "claims.toml").write_text("version = 1\n[claims.sub]\nvalue = \"x\"\n")
    if "1 problem" not in once(desk, folder, "claimsmith serve --port 0"):
        desk.wrong("served", "it doesn't say that the policy is broken", said)


def once(desk, folder, line):
    """Starts it, asks for the page, ends it. What it said."""
    began = time.monotonic()
    with subprocess.Popen(
        line.split(), cwd=folder, env=desk.environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as server:
        # One that says nothing is no reason to wait for ever.
        patience = threading.Timer(60, server.kill)
        patience.start()
        try:
            said = ""
            while not (address := ADDRESS.search(said)):
                heard = server.stdout.readline()
                if not heard:
                    desk.wrong("served", f"`{line}` names no address", said)
                    return said
                said += heard
            page = urllib.request.urlopen(address[0], timeout=10).read().decode()
            if "<title>" not in page or "claimsmith" not in page.lower():
                desk.wrong("served", "that is no page", page)
            server.send_signal(signal.SIGTERM)
            said += server.communicate(timeout=10)[0]
            if server.returncode != 0:
                desk.wrong("served", f"told to stop it ends with {server.returncode}", said)
        except (OSError, subprocess.TimeoutExpired) as error:
            desk.wrong("served", f"`{line}`: {error}")
        finally:
            patience.cancel()
            server.kill()
    desk.times.append(("served", line, time.monotonic() - began))
    desk.look("served", line, said)
    return said
