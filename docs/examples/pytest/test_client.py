# SPDX-License-Identifier: MIT
from e3dc import E3DC


def test_reads_the_power_and_sets_a_limit(station):
    device = E3DC(E3DC.CONNECT_LOCAL, ipAddress="127.0.0.1", port=station["port"], key="rscp",
                  username="user@example.com", password="password", configuration={})
    assert device.poll(keepAlive=True)["production"]["solar"] == 4711
    device.set_power_limits(enable=True, max_charge=2000, keepAlive=True)
    device.disconnect()
