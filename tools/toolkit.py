"""What the tools share: where things are, and the Python environment they run in."""
import os
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parent
CACHE = ROOT / ".cache"
ONRAMP = ROOT / ".build" / "release" / "onramp"


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
