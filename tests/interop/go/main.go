// SPDX-License-Identifier: MIT

// Runs go-rscp (github.com/spali/go-rscp) against a simulator and prints what it read as JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/sirupsen/logrus"
	"github.com/spali/go-rscp/rscp"
)

func getter(tag rscp.Tag) rscp.Message {
	return rscp.Message{Tag: tag, DataType: rscp.None}
}

func main() {
	port, err := strconv.ParseUint(os.Args[2], 10, 16)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	rscp.Log.SetLevel(logrus.WarnLevel)
	rscp.Log.SetOutput(os.Stderr)
	client, err := rscp.NewClient(rscp.ClientConfig{
		Address: os.Args[1], Port: uint16(port), Username: os.Args[3], Password: os.Args[4],
		Key: os.Args[5], UseChecksum: true,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer func() { _ = client.Disconnect() }()
	// What evcc asks, and two containers.
	frames := [][]rscp.Message{
		{getter(rscp.EMS_REQ_POWER_GRID)},
		{getter(rscp.EMS_REQ_POWER_PV), getter(rscp.EMS_REQ_POWER_ADD)},
		{getter(rscp.EMS_REQ_POWER_BAT), getter(rscp.EMS_REQ_BAT_SOC)},
		{getter(rscp.INFO_REQ_MAC_ADDRESS), getter(rscp.INFO_REQ_UTC_TIME), getter(rscp.INFO_REQ_INFO)},
		{{Tag: rscp.BAT_REQ_DATA, DataType: rscp.Container, Value: []rscp.Message{
			{Tag: rscp.BAT_INDEX, DataType: rscp.UInt16, Value: uint16(0)},
			getter(rscp.BAT_REQ_SPECIFICATION), getter(rscp.BAT_REQ_RSOC), getter(rscp.BAT_REQ_DEVICE_NAME)}}},
		{{Tag: rscp.EMS_REQ_SET_POWER_SETTINGS, DataType: rscp.Container, Value: []rscp.Message{
			{Tag: rscp.EMS_POWER_LIMITS_USED, DataType: rscp.Bool, Value: true},
			{Tag: rscp.EMS_MAX_DISCHARGE_POWER, DataType: rscp.Uint32, Value: uint32(2500)}}}},
		{getter(rscp.EMS_REQ_GET_POWER_SETTINGS)},
	}
	var answers [][]rscp.Message
	for _, frame := range frames {
		answer, err := client.SendMultiple(frame)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answers = append(answers, answer)
	}
	out, err := json.Marshal(answers)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(string(out))
}
