#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs bench_codec and prints its figures as tables, each with the ratio to its reference.

    codec_table.py BENCH_CODEC
"""
import json
import subprocess
import sys


def main():
    order = subprocess.run([sys.argv[1], "--benchmark_list_tests"], capture_output=True, text=True, check=True)
    output = subprocess.run([sys.argv[1], "--benchmark_format=json", "--benchmark_repetitions=5",
                             "--benchmark_report_aggregates_only=true", "--benchmark_enable_random_interleaving=true"],
                            capture_output=True, text=True, check=True).stdout
    medians = dict.fromkeys(order.stdout.splitlines())  # run interleaved, printed in order
    for one in json.loads(output)["benchmarks"]:
        if one["aggregate_name"] == "median":
            medians[one["run_name"]] = one

    def nanoseconds(name):
        return medians[name]["cpu_time"]

    print("| cipher | 64 bytes | 768 bytes | 16 KiB |\n|---|---|---|---|")
    sizes = (64, 768, 16384)
    ciphers = dict.fromkeys(name.rsplit("/", 1)[0] for name in medians if "CBC" in name)
    for cipher in ciphers:
        what = "decrypt" if "decrypt" in cipher else "encrypt"
        cells = []
        for size in sizes:
            rate = size / nanoseconds(f"{cipher}/{size}")
            ratio = nanoseconds(f"AES-256-CBC {what} (OpenSSL)/{size}") / nanoseconds(f"{cipher}/{size}")
            cells.append(f"{rate:.2f} GB/s ({ratio:.2f})")
        print(f"| {cipher} | {' | '.join(cells)} |")

    print("\n| key set-up | ns | of OpenSSL's |\n|---|---|---|")
    for what in ("encryption", "decryption"):
        ours, reference = nanoseconds(f"key for {what}"), nanoseconds(f"AES-256 key for {what} (OpenSSL)")
        print(f"| for {what} | {ours:.0f} | {reference / ours:.2f} |")

    print("\n| codec | ns | ns an item | MB/s | allocations |\n|---|---|---|---|---|")
    for name, one in medians.items():
        if "CBC" in name or "key for" in name:
            continue
        items = f"{one['cpu_time'] / one['items']:.1f}" if "items" in one else ""
        rate = f"{one['bytes_per_second'] / 1e6:.0f}" if "bytes_per_second" in one else ""
        # Fractions are the few allocations of the benchmark itself, shared by all iterations.
        allocations = f"{one['allocs']:.0f}" if "allocs" in one else ""
        print(f"| {name.split('/')[0]} | {one['cpu_time']:.0f} | {items} | {rate} | {allocations} |")


main()
