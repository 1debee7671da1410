#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Decodes large captures and measures that against tcpdump and tshark in the same run.

    decode_capture.py RSCP PLUGIN_FOLDER MEGABYTES[,MEGABYTES...] CAPTURE...

The large captures are made of the small ones (classic pcap, little endian, one link type), again and
again with later times. Prints wall time, MB/s, frames/s, peak memory, and the ratios to
`tcpdump -r FILE -w /dev/null` and to `tshark -r FILE` with the plugin, which is run on captures of up to
10 MB: it takes long.
"""
import os
import struct
import subprocess
import sys
import tempfile
import time

KEYS = ["--key", "polling passphrase", "--key", "history passphrase"]


def records(path):
    data = open(path, "rb").read()
    magic, link_type = struct.unpack("<I", data[:4])[0], struct.unpack("<I", data[20:24])[0]
    if magic != 0xA1B2C3D4:
        sys.exit(f"{path}: expected a little-endian pcap with microseconds")
    at, found = 24, []
    while at < len(data):
        seconds, micro, length, original = struct.unpack("<IIII", data[at : at + 16])
        found.append((seconds, micro, length, original, data[at + 16 : at + 16 + length]))
        at += 16 + length
    return data[:24], link_type, found


def make(path, size, captures):
    header, link_type, packets = records(captures[0])
    for more in captures[1:]:
        _, other, found = records(more)
        if other != link_type:
            sys.exit(f"{more}: another link type than {captures[0]}")
        packets += found
    first, span = min(p[0] for p in packets), 1 + max(p[0] for p in packets) - min(p[0] for p in packets)
    with open(path, "wb", buffering=1 << 20) as out:
        out.write(header)
        written, count, round_ = 24, 0, 0
        while written < size:
            for seconds, micro, length, original, data in packets:
                out.write(struct.pack("<IIII", seconds + round_ * span, micro, length, original))
                out.write(data)
                written += 16 + length
                count += 1
            round_ += 1
    return count


def measure(command, counted=False):
    """Wall seconds, peak KiB of this command alone, lines of output if counted."""
    before = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE if counted else subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    lines = 0
    if counted:
        while chunk := process.stdout.read(1 << 20):
            lines += chunk.count(b"\n")
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed: {status}")
    return time.monotonic() - before, usage.ru_maxrss, lines


def measure_tshark(plugins, path):
    """tshark with the plugin, printing summary lines; not as root, which it warns of."""
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    keys = [word for key in KEYS[1::2] for word in ("-o", f'uat:rscp_keys:"","0","{key}"')]
    environment = ["env", "HOME=/nonexistent", f"WIRESHARK_PLUGIN_DIR={plugins}"]
    return measure(user + environment + ["tshark", "-r", path, *keys])


def table(rscp, plugins, megabytes, captures):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "large.pcap")
        packets = make(path, megabytes * 1_000_000, captures)
        os.chmod(path, 0o644)
        size = os.path.getsize(path) / 1e6
        print(f"\n{size:.0f} MB, {packets} packets\n")
        print("| command | s | MB/s | of tcpdump | of tshark with the plugin | peak MiB | frames/s |")
        print("|---|---|---|---|---|---|---|")
        reference, memory, _ = measure(["tcpdump", "-r", path, "-w", "/dev/null"])
        tshark, tshark_memory, _ = measure_tshark(plugins, path) if megabytes <= 10 else (None, 0, 0)

        def line(name, seconds, memory, rate=""):
            ratio = f"{tshark / seconds:.1f}" if tshark else ""
            print(f"| {name} | {seconds:.2f} | {size / seconds:.1f} | {reference / seconds:.3f} | {ratio} | "
                  f"{memory / 1024:.1f} | {rate} |")

        line("`tcpdump -w /dev/null`", reference, memory)
        if tshark:
            line("`tshark` with the plugin", tshark, tshark_memory)
        for name, more in [
            ("`rscp decode --select` (matches nothing)", ["--format", "ndjson", "--select", "0x12345678"]),
            ("`rscp decode --format text`", ["--format", "text"]),
            ("`rscp decode --format ndjson`", ["--format", "ndjson"]),
        ]:
            counted = "ndjson`" in name
            seconds, memory, frames = measure([rscp, "decode", *KEYS, *more, path], counted)
            line(name, seconds, memory, f"{frames / seconds:.0f}" if counted else "")
            if memory > 64 * 1024:
                sys.exit(f"{name}: {memory / 1024:.1f} MiB is over the limit of 64 MiB")


def main():
    rscp, plugins, sizes, captures = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    for megabytes in sizes.split(","):
        table(rscp, plugins, int(megabytes), captures)


main()
