"""What the tools share: where things are, the Python environment they run in, and how they call onramp."""
import argparse
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parent
CACHE = ROOT / ".cache"


def enter_venv(peers=False):
    """Starts the calling script anew in .cache/venv, unless it runs there already with all it needs."""
    wanted = "peers" if peers else "base"
    if os.environ.get("ONRAMP_TOOLS_VENV") in (wanted, "peers"):
        return
    call = [TOOLS / "venv"] + (["--peers"] if peers else [])
    result = subprocess.run(call, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"{TOOLS / 'venv'} failed")
    python = result.stdout.strip()
    os.environ["ONRAMP_TOOLS_VENV"] = wanted
    os.execv(python, [python] + sys.argv)


def parser(docstring):
    """A parser of arguments whose help is the tool's own docstring."""
    return argparse.ArgumentParser(description=docstring, formatter_class=argparse.RawDescriptionHelpFormatter)


def pattern(text):
    """A regular expression, as the type of an argument."""
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


class Onramp:
    """The command under test."""

    class Failure(Exception):
        """A call that did not succeed; the message says why in one line."""

    @staticmethod
    def add_argument(arguments):
        arguments.add_argument("--onramp", type=Path, default=ROOT / ".build" / "release" / "onramp", metavar="PATH",
                               help="the command to test (default: the release build)")

    def __init__(self, path):
        self.path = path.resolve()
        if not os.access(self.path, os.X_OK):
            sys.exit(f"{path} is missing: build it first (tools/test build), or name another with --onramp")

    def __call__(self, *arguments, timeout=600):
        """Runs a subcommand and returns what it writes to standard output."""
        call = [str(argument) for argument in (self.path, *arguments)]
        try:
            result = subprocess.run(call, capture_output=True, text=True, errors="replace", timeout=timeout)
        except subprocess.TimeoutExpired:
            raise self.Failure(f"no result within {timeout} s") from None
        if result.returncode < 0:
            raise self.Failure(f"crashed: {signal.strsignal(-result.returncode)}")
        if result.returncode:
            raise self.Failure(first_error(result.stderr) or f"exit status {result.returncode}")
        return result.stdout


def first_error(text):
    """The first diagnostic in what a command wrote, as one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"error\b", line, re.IGNORECASE)]
    return one_line((errors or lines or [""])[0])


def one_line(message):
    """A message as one line of printable text, cut where it gets long."""
    text = " ".join(str(message).split())
    return "".join(c if c.isprintable() else "?" for c in text)[:200]


def verdict(passed, failed):
    """Prints a tool's last line, and ends it accordingly."""
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
