# SPDX-License-Identifier: MIT
"""Asks with python-e3dc what Home Assistant's e3dc_rscp integration asks for its diagnostics, and prints
it in the form of that file."""
import json

from pye3dc_station import connect, plain

plant = connect()
meters = [{"index": m["index"]} for m in plant.get_powermeters(keepAlive=True)]
data = {
    "poll": plant.poll(keepAlive=True),
    "get_system_info": plant.get_system_info(keepAlive=True),
    "get_system_status": plant.get_system_status(keepAlive=True),
    "get_batteries_data": plant.get_batteries_data(plant.get_batteries(keepAlive=True), keepAlive=True),
    "get_pvis_data": plant.get_pvis_data(plant.get_pvis(keepAlive=True), keepAlive=True),
    "get_powermeters_data": plant.get_powermeters_data(meters, keepAlive=True),
    "get_power_settings": plant.get_power_settings(keepAlive=True),
    "get_wallbox_data": plant.get_wallbox_data(wbIndex=0, keepAlive=True),
    "EMS_REQ_GET_MANUAL_CHARGE": plant.sendRequestTag("EMS_REQ_GET_MANUAL_CHARGE", keepAlive=True),
}
plant.disconnect()
print(json.dumps({"home_assistant": {}, "data": plain(data)}))
