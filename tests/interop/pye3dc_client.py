# SPDX-License-Identifier: MIT
"""Runs python-e3dc (PyPI: pye3dc) against a simulator and prints what it read as JSON."""
import datetime
import json

from pye3dc_station import connect, plain

device = connect()
result = {
    "poll": device.poll(keepAlive=True),
    "system_info": device.get_system_info(keepAlive=True),
    "system_status": device.get_system_status(keepAlive=True),
    "batteries": device.get_batteries(keepAlive=True),
    "battery_data": device.get_battery_data(batIndex=0, keepAlive=True),
    "pvis": device.get_pvis(keepAlive=True),
    "pvi_data": device.get_pvi_data(pviIndex=0, keepAlive=True),
    "powermeters": device.get_powermeters(keepAlive=True),
    "powermeter_data": device.get_powermeter_data(pmIndex=0, keepAlive=True),
    "power_settings": device.get_power_settings(keepAlive=True),
    "wallbox": device.get_wallbox_data(wbIndex=0, keepAlive=True),
    "history": device.get_db_data(startDate=datetime.date(2026, 6, 14), timespan="DAY", keepAlive=True),
    "switches": device.poll_switches(keepAlive=True),
    "set_limits": device.set_power_limits(enable=True, max_charge=2000, max_discharge=2500,
                                          keepAlive=True),
    "limits_after": device.get_power_settings(keepAlive=True),
    "set_powersave": device.set_powersave(True, keepAlive=True),
}
device.disconnect()
print(json.dumps(plain(result), sort_keys=True))
