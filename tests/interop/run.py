#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one real third-party client against a real `rscp simulate` and compares what it read with the
scenario's values.

    run.py CLIENT RSCP_COMMAND WORK_FOLDER

CLIENT is pye3dc, rscp-lib, go-rscp, rscp-crate or iobroker, replay-pye3dc, replay-rscp-lib or
replay-go-rscp (the same client against a recording of itself), diagnostics (of Home Assistant, to a
scenario and back), or guide-pytest, guide-ctest or guide-shell (the
examples of docs/testing-a-client.md). The client is installed from its registry into
WORK_FOLDER, at the version pinned here, and kept there. Exit code 77: its language is not installed.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
USER, PASSWORD, KEY = "user@example.com", "password", "rscp"
SKIPPED = 77


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: {program} is not installed")
            sys.exit(SKIPPED)


def check(name, actual, wanted):
    if actual != wanted:
        sys.exit(f"{name}: expected {wanted!r}, the client read {actual!r}")
    print(f"{name}: {actual!r}")


def install(command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)


class Simulator:
    """A simulator of station.yaml, or another scenario, on a free port."""

    def __init__(self, command, work, scenario=HERE / "station.yaml", *options):
        self.ready = work / "ready"
        self.ready.unlink(missing_ok=True)
        self.journal = work / "journal.ndjson"
        self.process = subprocess.Popen(
            [command, "simulate", str(scenario), *options, "--port", "0", "--quiet",
             "--clock", "2026-06-15T13:00:00", "--speed", "0",
             "--ready-file", str(self.ready), "--journal", str(self.journal)])
        for _ in range(1000):
            if self.ready.exists():
                break
            time.sleep(0.01)
        self.port = json.loads(self.ready.read_text())["port"]

    def arguments(self, key=KEY, password=PASSWORD):
        return ["127.0.0.1", str(self.port), USER, password, key]

    def stop(self):
        self.process.terminate()
        if self.process.wait(timeout=20) != 0:
            sys.exit(f"the simulator ended with {self.process.returncode}")
        return [json.loads(line) for line in self.journal.read_text().splitlines()]


def run(command, **options):
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    if result.returncode != 0:
        sys.exit(f"{command[0]} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def python(work, package):
    need("python3")
    interpreter = work / "venv" / "bin" / "python"
    if not interpreter.exists():
        install([sys.executable, "-m", "venv", str(work / "venv")])
    install([str(interpreter), "-m", "pip", "install", "-q", "--disable-pip-version-check", package])
    return str(interpreter)


def pye3dc(work, simulator):
    interpreter = python(work, "pye3dc==0.10.0")
    result = json.loads(run([interpreter, str(HERE / "pye3dc_client.py"), *simulator.arguments()]))
    poll = result["poll"]
    check("production.solar", poll["production"]["solar"], 4711)
    check("production.grid", poll["production"]["grid"], -1234)
    check("consumption.house", poll["consumption"]["house"], 815)
    check("consumption.battery", poll["consumption"]["battery"], 2662)
    check("stateOfCharge", poll["stateOfCharge"], 73)
    check("autarky", poll["autarky"], 99.5)
    check("rsoc of battery 0", result["battery_data"]["rsoc"], 73.25)
    check("batteries", [b["dcbs"] for b in result["batteries"]], [3, 3])
    check("inverters", len(result["pvis"]), 1)
    check("power meters", [m["index"] for m in result["powermeters"]], [0, 1])
    check("power of string 0", result["pvi_data"]["strings"]["0"]["power"], 2500.5)
    check("limits before", result["power_settings"]["powerLimitsUsed"], False)
    check("limits after", result["limits_after"]["maxChargePower"], 2000)
    if not result["history"]["consumption"] > 0:
        sys.exit("the history of the day is empty")


def rscp_lib(work, simulator):
    interpreter = python(work, "rscp-lib==1.0.2")
    result = json.loads(run([interpreter, str(HERE / "rscp_lib_client.py"), *simulator.arguments()]))
    check("authorized", result["authorized"], True)
    for tag, wanted in {"POWER_PV": 4711, "POWER_GRID": -1234, "POWER_HOME": 815, "POWER_BAT": 2662,
                        "BAT_SOC": 73, "AUTARKY": 99.5}.items():
        check(tag, result["EMS_REQ_" + tag]["value"], wanted)
    check("power of string 0", result["dc_power_0"], 2500.5)
    check("rsoc", result["battery"]["value"][1]["value"], 73.25)
    check("no battery 7", result["no_battery"]["tag"], "TAG_BAT_DATA")
    check("set power", result["set_power"]["value"], 0)
    check("wallbox serial", result["wallbox"]["value"][1]["value"], "WB-72000")


def go_rscp(work, simulator):
    need("go")
    folder = work / "go"
    shutil.copytree(HERE / "go", folder, dirs_exist_ok=True)
    install(["go", "mod", "tidy"], cwd=folder, stderr=subprocess.DEVNULL)
    install(["go", "build", "-o", "client", "."], cwd=folder)
    answers = json.loads(run([str(folder / "client"), *simulator.arguments()]))
    flat = {m["Tag"]: m["Value"] for answer in answers for m in answer}
    for tag, wanted in {"EMS_POWER_PV": 4711, "EMS_POWER_GRID": -1234, "EMS_POWER_BAT": 2662,
                        "EMS_BAT_SOC": 73, "INFO_MAC_ADDRESS": "00:03:2d:5e:3d:c0"}.items():
        check(tag, flat[tag], wanted)
    battery = {m["Tag"]: m["Value"] for m in flat["BAT_DATA"]}
    check("BAT_RSOC", battery["BAT_RSOC"], 73.25)
    settings = {m["Tag"]: m["Value"] for m in flat["EMS_GET_POWER_SETTINGS"]}
    check("limit after writing it", settings["EMS_MAX_DISCHARGE_POWER"], 2500)


def rscp_crate(work, simulator):
    need("cargo")
    folder = work / "rust"
    shutil.copytree(HERE / "rust", folder, dirs_exist_ok=True)
    install(["cargo", "build", "-q"], cwd=folder)
    output = run([str(folder / "target" / "debug" / "interop"), *simulator.arguments()])
    read = dict(line.split(" ", 1) for line in output.splitlines())
    for name, wanted in {"POWER_PV": "4711", "POWER_GRID": "-1234", "POWER_HOME": "815",
                         "POWER_BAT": "2662", "BAT_SOC": "73", "BAT_RSOC": "73.25",
                         "SERIAL_NUMBER": "S10-721234567890",
                         "BAT_DEVICE_NAME": "BATTERY S5 6.5"}.items():
        check(name, read[name], wanted)


def iobroker(work, simulator):
    need("node", "npm")
    folder = work / "npm"
    folder.mkdir(exist_ok=True)
    package = folder / "node_modules" / "iobroker.e3dc-rscp"
    if not package.exists():
        (folder / "package.json").write_text('{"private": true}')
        # Without scripts: the real adapter base is not needed, see iobroker_client.js.
        install(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund",
                 "iobroker.e3dc-rscp@1.4.5"], cwd=folder, stderr=subprocess.DEVNULL)
    result = json.loads(run(["node", str(HERE / "iobroker_client.js"), *simulator.arguments(),
                             str(package)],
                            env={**os.environ, "NODE_PATH": str(folder / "node_modules")}))
    check("problems", result["problems"], [])
    states = result["states"]
    for name, wanted in {"EMS.POWER_PV": 4711, "EMS.POWER_GRID": -1234, "EMS.POWER_HOME": 815,
                         "EMS.POWER_BAT": 2662, "EMS.BAT_SOC": 73, "RSCP.AUTHENTICATION": 10,
                         "INFO.SERIAL_NUMBER": "S10-721234567890", "BAT.BAT_0.DCB_COUNT": 3,
                         "BAT.BAT_1.DCB_COUNT": 3, "PM.PM_0.TYPE": 1,
                         "WB.WB_0.DEVICE_NAME": "Wallbox easy connect"}.items():
        check(name, states[name], wanted)


class Capture:
    """tcpdump on the loopback interface, where that is allowed."""

    def __init__(self, port, file):
        self.file = file
        self.process = None
        if shutil.which("tcpdump") is None or os.geteuid() != 0:
            return
        self.process = subprocess.Popen(
            ["tcpdump", "-i", "lo", "-B", "65536", "--immediate-mode", "-U", "-Z", "root", "-w", str(file), "tcp", "port", str(port)],
            stderr=subprocess.PIPE, text=True)
        if "listening on" not in self.process.stderr.readline():
            self.process.kill()
            self.process = None

    def stop(self):
        """The capture, or None where there is none."""
        if self.process is None:
            return None
        time.sleep(0.2)  # the last packets are on their way
        self.process.terminate()
        told = self.process.communicate(timeout=10)[1]
        if re.search(r"^[1-9]\d* packets dropped by kernel", told, re.MULTILINE):
            print("the machine was too busy for tcpdump; the journal is replayed instead")
            return None
        header = 24  # bytes of a capture without packets: a machine that does not let us see them
        return self.file if self.file.stat().st_size > header else None


def output_of(client, work, arguments):
    """What a client prints; it is installed already by its own test."""
    if client == "pye3dc":
        return run([python(work, "pye3dc==0.10.0"), str(HERE / "pye3dc_client.py"), *arguments])
    if client == "rscp-lib":
        return run([python(work, "rscp-lib==1.0.2"), str(HERE / "rscp_lib_client.py"), *arguments])
    need("go")
    folder = work / "go"
    shutil.copytree(HERE / "go", folder, dirs_exist_ok=True)
    install(["go", "mod", "tidy"], cwd=folder, stderr=subprocess.DEVNULL)
    install(["go", "build", "-o", "client", "."], cwd=folder)
    return run([str(folder / "client"), *arguments])


def replayed(client):
    """A client against the simulator, recorded; then the same client against the replay: it must
    print the same."""

    def test(work, command):
        simulator = Simulator(command, work)
        capture = Capture(simulator.port, work / "session.pcap")
        try:
            before = output_of(client, work, simulator.arguments())
        finally:
            recording = capture.stop() or simulator.journal
            simulator.stop()
        ready = work / "replay.ready"
        ready.unlink(missing_ok=True)
        process = subprocess.Popen([command, "replay", str(recording), "-k", KEY, "--port", "0",
                                    "--ready-file", str(ready)], stderr=subprocess.PIPE, text=True)
        while not ready.exists():
            if process.poll() is not None:
                sys.exit(process.stderr.read())
            time.sleep(0.01)
        port = json.loads(ready.read_text())["port"]
        try:
            after = output_of(client, work, ["127.0.0.1", str(port), USER, PASSWORD, KEY])
        finally:
            process.terminate()
        told = process.communicate(timeout=20)[1]
        print(f"replayed from {recording.name}:\n{told}")
        if process.returncode != 0:
            sys.exit(f"the replay ended with {process.returncode}")
        check("the client's output is the same", after == before, True)

    return test


def diagnostics(work, command):
    """What Home Assistant's diagnostics hold of a station, a station made of them gives back."""
    interpreter = python(work, "pye3dc==0.10.0")
    client = [interpreter, str(HERE / "diagnostics_client.py")]
    simulator = Simulator(command, work)
    try:
        before = run([*client, *simulator.arguments()])
    finally:
        simulator.stop()
    (work / "diagnostics.json").write_text(before)
    scenario = work / "station.yaml"
    run([command, "convert", str(work / "diagnostics.json"), "-o", str(scenario)])
    run([command, "check", str(scenario)])
    simulator = Simulator(command, work, scenario, "--seed", "99")
    try:
        after = run([*client, *simulator.arguments()])
    finally:
        simulator.stop()
    for getter, wanted in json.loads(before)["data"].items():
        # Lists of cell values have no path that tells one from the next: they stay the model's.
        check(getter, without_cells(json.loads(after)["data"][getter]), without_cells(wanted))


def without_cells(value):
    if isinstance(value, dict):
        return {k: without_cells(v) for k, v in value.items() if k not in ("voltages", "temperatures")}
    return [without_cells(v) for v in value] if isinstance(value, list) else value


def guide_pytest(work, command):
    interpreter = python(work, "pye3dc==0.10.0")
    python(work, "pytest==8.3.4")
    examples = work / "examples"
    shutil.copytree(HERE.parent.parent / "docs" / "examples" / "pytest", examples, dirs_exist_ok=True)
    print(run([interpreter, "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=examples,
              env=with_command(command)))


def guide_ctest(work, command):
    build = work / "build"
    run(["cmake", "-S", str(HERE.parent.parent / "docs" / "examples" / "ctest"), "-B", str(build)],
        env=with_command(command))
    print(run(["ctest", "--test-dir", str(build), "--output-on-failure"], env=with_command(command)))


def guide_shell(_, command):
    print(run([str(HERE.parent.parent / "docs" / "examples" / "shell" / "test-client")],
              env=with_command(command)))


def guide_replay(_, command):
    print(run([str(HERE.parent.parent / "docs" / "examples" / "replay" / "whole-way")],
              env=with_command(command)))


def with_command(command):
    """An environment in which `rscp` is ours."""
    return {**os.environ, "PATH": str(Path(command).parent) + os.pathsep + os.environ["PATH"]}


GUIDES = {"replay-pye3dc": replayed("pye3dc"), "replay-rscp-lib": replayed("rscp-lib"),
          "replay-go-rscp": replayed("go-rscp"), "diagnostics": diagnostics,
          "guide-pytest": guide_pytest, "guide-ctest": guide_ctest, "guide-shell": guide_shell,
          "guide-replay": guide_replay}
CLIENTS = {"pye3dc": pye3dc, "rscp-lib": rscp_lib, "go-rscp": go_rscp, "rscp-crate": rscp_crate,
           "iobroker": iobroker}


def main():
    client, command, folder = sys.argv[1:4]
    work = Path(folder) / client
    work.mkdir(parents=True, exist_ok=True)
    if client in GUIDES:
        GUIDES[client](work, command)
        return
    simulator = Simulator(command, work)
    try:
        CLIENTS[client](work, simulator)
    finally:
        journal = simulator.stop()
    logins = [entry for entry in journal if entry["event"] == "login"]
    if not logins or any(entry["level"] != 10 for entry in logins):
        sys.exit("the client did not log in")


if __name__ == "__main__":
    main()
