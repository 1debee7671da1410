# SPDX-License-Identifier: MIT
"""Runs rscp-lib (PyPI: rscp-lib) against a simulator and prints what it read as JSON.

It is the strictest client: an unknown tag, or another type than its table's, loses the frame."""
import asyncio
import json
import sys

from rscp_lib.RscpConnection import RscpConnection
from rscp_lib.RscpEncryption import RscpEncryption
from rscp_lib.RscpFrame import RscpFrame
from rscp_lib.RscpValue import RscpValue

host, port, user, password, key = sys.argv[1:6]

TOP = ["EMS_REQ_POWER_PV", "EMS_REQ_POWER_BAT", "EMS_REQ_POWER_HOME", "EMS_REQ_POWER_GRID",
       "EMS_REQ_POWER_ADD", "EMS_REQ_POWER_WB_ALL", "EMS_REQ_POWER_WB_SOLAR", "EMS_REQ_BAT_SOC",
       "EMS_REQ_AUTARKY", "EMS_REQ_EMERGENCY_POWER_STATUS", "EMS_REQ_SELF_CONSUMPTION",
       "EMS_REQ_MODE", "EMS_REQ_COUPLING_MODE", "INFO_REQ_SERIAL_NUMBER", "INFO_REQ_MAC_ADDRESS",
       "INFO_REQ_SW_RELEASE", "INFO_REQ_ASSEMBLY_SERIAL_NUMBER", "EMS_REQ_INSTALLED_PEAK_POWER",
       "EMS_REQ_GET_POWER_SETTINGS", "EMS_REQ_GET_SYS_SPECS"]
BOX = ["SERIAL", "DEVICE_NAME", "FIRMWARE_VERSION", "CP_STATE", "PM_POWER_L1", "PM_POWER_L2",
       "PM_POWER_L3", "DEVICE_STATE", "SUN_MODE_ACTIVE", "UPPER_CURRENT_LIMIT",
       "LOWER_CURRENT_LIMIT", "MAX_CHARGE_CURRENT", "MIN_CHARGE_CURRENT",
       "ACTIVE_CHARGE_STRATEGY", "ASSIGNED_POWER"]


def tree(value):
    content = value.getValue()
    if isinstance(content, list):
        content = [tree(child) for child in content]
    elif isinstance(content, bytes):
        content = content.hex()
    return {"tag": value.getTagName(), "value": content}


def container(tag, children):
    return RscpValue().withTagName("TAG_" + tag, [
        RscpValue().withTagName("TAG_" + name, value) for name, value in children])


async def main():
    connection = RscpConnection(host=host, port=int(port), ciphersuite=RscpEncryption(key),
                                username=user, password=password)
    await connection.connect()
    result = {"authorized": await connection.authorize()}

    async def ask(request):
        await connection.send(RscpFrame().packFrame(request))
        frame = RscpFrame()
        frame.unpack(await connection.receive())
        return frame.getRscpValues()[0]

    for tag in TOP:
        result[tag] = tree(await ask(RscpValue().withTagName("TAG_" + tag, None)))
    inverter = await ask(container("PVI_REQ_DATA", [("PVI_INDEX", 0), ("PVI_REQ_DC_POWER", 0),
                                                    ("PVI_REQ_DC_POWER", 1)]))
    result["pvi"] = tree(inverter)
    result["dc_power_0"] = RscpValue.get_tag_by_path(
        [inverter], "TAG_PVI_DATA/TAG_PVI_DC_POWER/TAG_PVI_VALUE").getValue()
    result["battery"] = tree(await ask(container("BAT_REQ_DATA", [("BAT_INDEX", 0),
                                                                  ("BAT_REQ_RSOC", None),
                                                                  ("BAT_REQ_DEVICE_STATE", None)])))
    result["no_battery"] = tree(await ask(container("BAT_REQ_DATA", [("BAT_INDEX", 7),
                                                                     ("BAT_REQ_RSOC", None)])))
    result["wallbox"] = tree(await ask(container(
        "WB_REQ_DATA", [("WB_INDEX", 0)] + [("WB_REQ_" + name, None) for name in BOX])))
    result["set_power"] = tree(await ask(container(
        "EMS_REQ_SET_POWER", [("EMS_REQ_SET_POWER_MODE", 1), ("EMS_REQ_SET_POWER_VALUE", 0)])))
    connection.disconnect()
    print(json.dumps(result, sort_keys=True))


asyncio.run(main())
