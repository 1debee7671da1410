#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Decodes a large capture and measures it against tcpdump in the same run.

    decode_capture.py RSCP MEGABYTES CAPTURE...

The large capture is made of the small ones (classic pcap, little endian, one link type), again and
again with later times. Prints wall time, MB/s, frames/s, peak memory, and the ratio to
`tcpdump -r FILE -w /dev/null`.
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


def main():
    rscp, megabytes, captures = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "large.pcap")
        packets = make(path, megabytes * 1_000_000, captures)
        size = os.path.getsize(path) / 1e6
        print(f"capture: {size:.0f} MB, {packets} packets")
        reference, memory, _ = measure(["tcpdump", "-r", path, "-w", "/dev/null"])
        print(f"{'tcpdump -w /dev/null':34} {reference:8.2f} s {size / reference:8.1f} MB/s {memory / 1024:7.1f} MiB")
        for name, more in [
            ("rscp decode --select (nothing)", ["--format", "ndjson", "--select", "0x12345678"]),
            ("rscp decode --format text", ["--format", "text"]),
            ("rscp decode --format ndjson", ["--format", "ndjson"]),
        ]:
            counted = name.endswith("ndjson")
            seconds, memory, frames = measure([rscp, "decode", *KEYS, *more, path], counted)
            rate = f" {frames / seconds:9.0f} frames/s" if counted else ""
            print(f"{name:34} {seconds:8.2f} s {size / seconds:8.1f} MB/s {memory / 1024:7.1f} MiB "
                  f"{reference / seconds:6.3f} of tcpdump{rate}")
            if memory > 64 * 1024:
                sys.exit(f"{name}: {memory / 1024:.1f} MiB is over the limit of 64 MiB")


main()
