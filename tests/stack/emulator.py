"""The emulated AWS, and what every file here asks of it.

ministack is the vehicle that shows that the parts fit, not the authority on what AWS does: that is
asserted against golden events elsewhere. Where it is not AWS, a comment beside the line says so.
"""

import contextlib
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile

import boto3
import botocore.config

REGION = "eu-west-1"
# Runs a program, and ends it and all that it started when standard input closes: nobody writes to
# it, and it closes when this process ends, in whatever way.
GUARD = 'exec 3<&0; { cat <&3; kill -KILL 0; } >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'
STANDARD_INPUT, _OPEN_WHILE_THIS_PROCESS_LIVES = os.pipe()
ROOT = pathlib.Path(__file__).parents[2]


class Failed(Exception):
    """Something is not as it should be. The text is for people."""


def show(what, got, expected):
    if got != expected:
        raise Failed(f"{what}\n     got {got}\nexpected {expected}")
    print("ok", what, flush=True)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def http(method, url, body=None, headers=None):
    """Status, the body (what its JSON says, or its text), and the headers. Follows no redirect."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        answer = urllib.request.build_opener(NoRedirect).open(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text = answer.read().decode()
        try:
            return answer.status, json.loads(text), answer.headers
        except ValueError:
            return answer.status, text, answer.headers


class Emulator:
    """A running ministack: its services by name, and what is made of them more than once."""

    def __init__(self, endpoint, programs):
        self.endpoint = endpoint
        self.programs = programs
        # A refusal of the trigger is a 500 here: it must not be repeated.
        self.config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60)
        self.iam, self.functions, self.logs, self.dynamodb, self.cognito = map(
            self.service, ("iam", "lambda", "logs", "dynamodb", "cognito-idp"))

    @property
    def environment(self):
        """What points a program at it."""
        return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"),
                "AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": REGION,
                "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_EC2_METADATA_DISABLED": "true"}

    def service(self, name):
        return boto3.client(name, REGION, endpoint_url=self.endpoint, config=self.config,
                            aws_access_key_id="test", aws_secret_access_key="test")

    def package(self, program, files=None):
        """A function's zip. `files` are texts by name."""
        return zipped({"bootstrap": (self.programs / program).read_bytes(), **(files or {})})

    def function(self, name, program, files=None, environment=None):
        """A function without rights; its ARN."""
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        function = self.functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler="bootstrap", Role=role,
            Timeout=20, Environment={"Variables": environment or {}},
            Code={"ZipFile": self.package(program, files)})
        self.functions.get_waiter("function_active_v2").wait(FunctionName=name)
        return function["FunctionArn"]

    def replace(self, function, runtime, entry, files):
        """Puts other code into a function. Whoever calls it notices nothing."""
        self.functions.update_function_configuration(
            FunctionName=function, Runtime=runtime, Handler=entry)
        self.functions.update_function_code(FunctionName=function, ZipFile=zipped(files))

    def log(self, function):
        """The records that the function has logged so far."""
        return [json.loads(line) for line in self.lines(function) if line.startswith("{")]

    def lines(self, function):
        """All that it has written, and the emulator's lines between."""
        try:
            made = self.functions.get_function_configuration(FunctionName=function)
            pages = self.logs.get_paginator("filter_log_events").paginate(
                logGroupName=made["LoggingConfig"]["LogGroup"])
            texts = [event["message"] for page in pages for event in page["events"]]
        except (self.functions.exceptions.ResourceNotFoundException,
                self.logs.exceptions.ResourceNotFoundException):
            return []
        return [line for text in texts for line in text.splitlines()]


def zipped(files):
    """A zip of texts and bytes by name."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return package.getvalue()


@contextlib.contextmanager
def ministack(folder, target):
    """Started in a folder of its own. It ends with all functions that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    endpoint = f"http://127.0.0.1:{port}"
    # The functions inherit this, so nothing else of this machine's is in it.
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "STATE_DIR": folder,
        "GATEWAY_PORT": port, "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0",  # else they open ports of their own
        "MINISTACK_REGION": REGION, "AWS_ENDPOINT_URL": endpoint,
        "AUTH": "true",  # a function may do what its role allows, and no more
        # AWS: always. Here tokens would be issued without claims where the trigger refuses.
        "MINISTACK_COGNITO_PRETOKEN_STRICT": "1",
    }
    log = open(f"{folder}/ministack.log", "w")
    server = start([sys.executable, "-m", "ministack"], env=environment, stdout=log, stderr=log)
    try:
        wait_until_healthy(server, endpoint)
        yield Emulator(endpoint, target / "bin")
    except BaseException:
        print(f"the emulator's log is {shutil.copy(log.name, target)}", file=sys.stderr)
        raise
    finally:
        end(server)


def start(command, **options):
    return subprocess.Popen(["sh", "-c", GUARD, "sh", *command], stdin=STANDARD_INPUT,
                            start_new_session=True, **options)


def end(process):
    """With all that it started: functions, providers."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_healthy(server, endpoint):
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5).close()
        time.sleep(0.1)
    raise Failed("ministack doesn't start")


class Relay:
    """A way to the emulator that can fail: what functions are given as DynamoDB's address.

    `passes`: everything goes through. `resets`: connections are reset. `hangs`: they stay open and
    nothing is answered.
    """

    def __init__(self, endpoint):
        host, port = endpoint.removeprefix("http://").split(":")
        self.upstream = (host, int(port))
        self.mode, self.open = "passes", []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:{}".format(self.listener.getsockname()[1])
        threading.Thread(target=self.accept, daemon=True).start()

    def set(self, mode):
        """For connections that are open, too: they end."""
        self.mode = mode
        while self.open:
            reset(self.open.pop())

    def accept(self):
        while True:
            incoming, _ = self.listener.accept()
            if self.mode == "resets":
                reset(incoming)
                continue
            self.open.append(incoming)
            if self.mode == "passes":
                outgoing = socket.create_connection(self.upstream)
                for source, sink in ((incoming, outgoing), (outgoing, incoming)):
                    threading.Thread(target=copy, args=(source, sink), daemon=True).start()


def copy(source, sink):
    with contextlib.suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def reset(connection):
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        # A thread may be reading it, and would keep it open.
        connection.shutdown(socket.SHUT_RD)
    connection.close()
