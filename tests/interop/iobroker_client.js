// SPDX-License-Identifier: MIT
// Runs the protocol code of ioBroker.e3dc-rscp (npm: iobroker.e3dc-rscp) against a simulator: its
// real main.js on a stand-in for ioBroker's adapter base, which only keeps the states that are set.
// Prints them as JSON after the second probing round.
"use strict";
const { EventEmitter } = require("node:events");
const Module = require("node:module");
const path = require("node:path");

const [host, port, user, password, key, folder] = process.argv.slice(2);
const states = {};
const problems = [];

class Base extends EventEmitter {
  constructor() {
    super();
    const report = (level) => (text) => {
      if (process.env.VERBOSE) console.error(level, text);
      if (level === "error") problems.push(text);
    };
    this.log = { silly: report("silly"), debug: report("debug"), info: report("info"), warn: report("warn"), error: report("error") };
    this.namespace = "e3dc-rscp.0";
    this.config = {
      portal_user: user, portal_password: password, rscp_password: key, e3dc_ip: host,
      e3dc_port: Number(port), polling_interval_short: 600, polling_interval_medium: 60,
      polling_interval_long: 12, setpower_interval: 0, send_tuple_delay: 1, polling_intervals: [],
      maxindex_bat: 3, maxindex_dcdc: 3, maxindex_pvi: 1, maxindex_wb: 1, maxindex_pm: 9,
      periods_v1: true, periods_v2: true, query_ems: true, query_pm: true, query_ep: true,
      query_bat: true, query_dcdc: true, query_pvi: true, query_sys: true, query_info: true,
      query_db: false, query_wb: true,
    };
    setImmediate(() => this.emit("ready"));
    // Whatever else an adapter can do, this one does not.
    return new Proxy(this, {
      get: (target, name, receiver) => {
        const found = Reflect.get(target, name, receiver);
        if (found !== undefined || typeof name !== "string" || !/^(set|get|del|sub|extend|create|update)/.test(name)) {
          return found;
        }
        return (...args) => {
          const callback = args.at(-1);
          if (typeof callback === "function") callback(null, null);
          return Promise.resolve(null);
        };
      },
    });
  }
  setTimeout(...args) { return setTimeout(...args); }
  setInterval(...args) { return setInterval(...args); }
  clearTimeout(timer) { clearTimeout(timer); }
  clearInterval(timer) { clearInterval(timer); }
  setState(id, value) {
    states[id] = value !== null && typeof value === "object" && "val" in value ? value.val : value;
  }
  getState(id, callback) { callback(null, id in states ? { val: states[id], ack: true } : null); }
  setObjectNotExists(id, object, callback) { if (callback) callback(null); return Promise.resolve(); }
  terminate(reason) { problems.push(String(reason)); }
}

const load = Module._load;
Module._load = function (request, ...rest) {
  if (request === "@iobroker/adapter-core") return { Adapter: Base };
  return load.call(this, request, ...rest);
};
require(path.join(folder, "main.js"));
setTimeout(() => {
  console.log(JSON.stringify({ states, problems }));
  process.exit(0);
}, 10500);
