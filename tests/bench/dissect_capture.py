#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Speed of tshark with the plugin against tshark's own Diameter dissector, and the plugin's cost at start.

    dissect_capture.py PLUGIN_FOLDER MEGABYTES CAPTURE

Diameter is a TCP protocol of tagged values as RSCP is. The twin capture has the same packets with the same
sizes; each RSCP payload is replaced by a Diameter message of that size with a value every 12 bytes (RSCP's
numbers take 11). Both are dissected in turn; medians and the ratio are printed.
"""
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

PASSPHRASE = "rscp.passphrase:polling passphrase"


def diameter(size):
    """A Diameter message of `size` bytes (a multiple of 4, at least 20)."""
    body = b""
    while 20 + len(body) + 12 <= size:
        rest = size - 20 - len(body)
        length = 12 if rest >= 24 or rest == 12 else rest
        # Origin-State-Id, an unsigned number; the last one takes what is left as Class, bytes.
        code = 278 if length == 12 else 25
        body += struct.pack(">II", code, 0x40 << 24 | length) + b"\0" * (length - 8)
    header = struct.pack(">II", 1 << 24 | size, 0x80 << 24 | 280) + b"\0" * 12
    return (header + body).ljust(size, b"\0")


def make(path, size, data, twin):
    with open(path, "wb", buffering=1 << 20) as out:
        out.write(data[:24])
        packets, written, round_ = 0, 24, 0
        while written < size:
            at = 24
            while at < len(data):
                seconds, micro, length, original = struct.unpack("<IIII", data[at : at + 16])
                packet = bytearray(data[at + 16 : at + 16 + length])
                # Ethernet 14, IPv4 20, TCP 20 as the sample captures have it; a connection a round.
                client = 20000 + round_ % 40000
                server_first = struct.unpack(">H", packet[34:36])[0] == 5033
                struct.pack_into(">H", packet, 36 if server_first else 34, client)
                packet[29 if server_first else 33] = 20 if not server_first else packet[29]
                if twin:
                    struct.pack_into(">H", packet, 34 if server_first else 36, 3868)
                    if len(packet) > 54:
                        packet[54:] = diameter(len(packet) - 54)
                out.write(struct.pack("<IIII", seconds + 100 * round_, micro, length, original) + packet)
                at += 16 + length
                written += 16 + length
                packets += 1
            round_ += 1
    return packets


def main():
    plugins, megabytes, capture = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    data = open(capture, "rb").read()
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        home = os.path.join(folder, "home")
        os.mkdir(home)
        os.chmod(home, 0o777)
        user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []

        def run(words, with_plugin=True):
            environment = ["env", "HOME=" + home, "WIRESHARK_PLUGIN_DIR=" + (plugins if with_plugin else home)]
            before = time.monotonic()
            subprocess.run(user + environment + ["tshark"] + words, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=True)
            return time.monotonic() - before

        files = {}
        for name in ("rscp", "diameter"):
            files[name] = os.path.join(folder, name + ".pcap")
            packets = make(files[name], megabytes * 1_000_000, data, name == "diameter")
        empty = os.path.join(folder, "empty.pcap")
        open(empty, "wb").write(data[:24])
        for path in list(files.values()) + [empty]:
            os.chmod(path, 0o644)

        print(f"{packets} packets each, {os.path.getsize(files['rscp']) / 1e6:.0f} MB\n")
        print("| tshark prints | RSCP packets/s | Diameter packets/s | ratio |\n|---|---|---|---|")
        for title, more in (("summary lines", []), ("full tree (-V)", ["-V"])):
            times = {"rscp": [], "diameter": []}
            for _ in range(3):
                for name, path in files.items():
                    times[name].append(run(["-r", path, "-o", PASSPHRASE] + more))
            rscp, reference = (statistics.median(times[name]) for name in ("rscp", "diameter"))
            print(f"| {title} | {packets / rscp:.0f} | {packets / reference:.0f} | {reference / rscp:.2f} |")
        without, with_plugin = [], []
        for _ in range(25):
            without.append(run(["-r", empty], False))
            with_plugin.append(run(["-r", empty]))
        cost = (statistics.median(with_plugin) - statistics.median(without)) * 1000
        print(f"\nstart-up: {statistics.median(without) * 1000:.1f} ms without the plugin, {cost:+.1f} ms with it")


main()
