#!/usr/bin/env python3
"""Set-up on a fresh machine: system packages, .venv, the hashed lock, the typefaces. Quick when there is nothing to do.

Run by the Makefile with the system's Python, before anything is installed: standard library only, and no syntax that
an old Python would stumble over before it can be told that it is too old.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zoneinfo
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FONTS = ROOT / "static" / "fonts" / ".made-of"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main():
    """This function will see that everything is installed; with --dev also what tests and linters need."""
    kind = "dev" if "--dev" in sys.argv else "run"
    if sys.version_info < (3, 11):
        stop(f"Pennypress needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if is_fresh(kind) and PYTHON.exists() and fonts_are_fresh():
        return
    system_packages(kind)
    environment()
    if not is_fresh(kind):
        install(kind)
    if not fonts_are_fresh():
        run("Cutting the typefaces…", [str(PYTHON), "-m", "pennypress", "fonts"])


def system_packages(kind):
    missing = missing_packages()
    browser = missing_for_the_browser() if kind == "dev" else []
    if not missing + browser or sys.platform != "linux":
        return
    apt = apt_command()
    if apt is None:
        if missing:
            stop(f"Missing from this system: {' '.join(missing)}. Install it, then run make again: {by_hand(missing)}")
        return  # Tests in the browser say themselves that they are skipped, and how to run them.
    if missing:
        apt_install(apt, missing, required=True)
    if browser:
        apt_install(apt, browser, required=False)


def missing_packages():
    """Debian's packages for what is not there, found by looking for the thing itself and not for the package."""
    missing = []
    if not has_module("ensurepip") or not has_module("venv"):
        missing.append("python3-venv")
    for library, package in (
        ("libpango-1.0.so.0", "libpango-1.0-0"),
        ("libpangoft2-1.0.so.0", "libpangoft2-1.0-0"),
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset0"),
    ):
        if not has_library(library):
            missing.append(package)
    if not has_time_zones():
        missing.append("tzdata")
    return missing


def missing_for_the_browser():
    """What the tests in the browser need: a Chromium, and the library that playwright's own Node is linked with."""
    missing = [] if has_browser() else ["chromium"]
    return missing if has_library("libatomic.so.1") else [*missing, "libatomic1"]


def has_module(name):
    asked = subprocess.run([sys.executable, "-c", f"import {name}"], stderr=subprocess.DEVNULL, check=False)
    return asked.returncode == 0


def has_library(name):
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_time_zones():
    try:
        zoneinfo.ZoneInfo("Europe/London")
    except zoneinfo.ZoneInfoNotFoundError:
        return False
    return True


def has_browser():
    named = os.environ.get("PENNYPRESS_CHROMIUM")
    return bool(named) or any(shutil.which(name) for name in CHROMIUM)


def apt_command():
    """How we may install packages: as root, or by a sudo that asks for no password; None where we may not."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n", "apt-get"]
    return None


def by_hand(packages):
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def apt_install(apt, packages, required):
    """Installs, after an update where the lists are missing or too old to be of use."""
    options = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0"]
    install = [*apt, *options, "install", *packages]
    for attempt in range(3):
        say(f"Installing {' '.join(packages)} with apt…")
        if quietly(install):
            return
        say("Fetching apt's lists…")
        quietly([*apt, "-q", "-o", "DPkg::Lock::Timeout=300", "update"])
        time.sleep(5 * attempt)
    if quietly(install):
        return
    if required:
        stop(f"apt could not install {' '.join(packages)}. Try it by hand: {by_hand(packages)}")
    say(f"apt could not install {' '.join(packages)}; going on without.")


def quietly(command):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        check=False,
    )
    return done.returncode == 0


def environment():
    works = PYTHON.exists() and subprocess.run(
        [str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False
    )
    if works and works.returncode == 0:
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    run("Making .venv…", [sys.executable, "-m", "venv", str(VENV)])


def install(kind):
    lock = ROOT / LOCKS[kind]
    count = lock.read_text(encoding="utf-8").count("==")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    say(f"Installing {count} packages into .venv (about a minute)…")
    began = time.monotonic()
    follow([*pip, "--require-hashes", "-r", str(lock)], count)
    run("", [*pip, "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    say(f"Installed in {time.monotonic() - began:.0f} s.")
    for done in (
        ("run", "dev") if kind == "dev" else ("run",)
    ):  # The lock of dev holds all that run needs, at one version.
        stamp(done).write_text(wanted(done), encoding="ascii")


def follow(command, count):
    """Runs pip, showing how far it has come."""
    said = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=str(ROOT)) as pip:
        for line in pip.stdout:
            said.append(line)
            seen = sum(heard.startswith("Collecting ") for heard in said)
            if line.startswith("Collecting ") and (sys.stdout.isatty() or seen % 20 == 0):
                say(f"  {seen} of {count}", end="\r" if sys.stdout.isatty() else "\n")
            if line.startswith("Installing collected"):
                say("  unpacking…      ")
    if pip.returncode:
        stop("".join(said[-15:]) + "pip could not install the lock; the lines above say why.")


def run(words, command):
    if words:
        say(words)
    done = subprocess.run(command, cwd=str(ROOT), check=False)
    if done.returncode:
        stop(f"This failed: {' '.join(command)}")


def stamp(kind):
    return VENV / f".installed-{kind}"


def is_fresh(kind):
    return stamp(kind).exists() and stamp(kind).read_text(encoding="ascii") == wanted(kind)


def wanted(kind):
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in (LOCKS[kind], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def fonts_are_fresh():
    source = ROOT / "pennypress" / "config" / "fonts.py"
    return FONTS.exists() and FONTS.stat().st_mtime >= source.stat().st_mtime


def say(text, end="\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()


def stop(text):
    sys.exit(text)


if __name__ == "__main__":
    main()
