/** What the reader can have done: every button, key and menu of the page comes to one of these. */

import { clearConsole } from "./console.js";
import { data, startData } from "./data.js";
import { dismissNotice, tell } from "./notices.js";
import { markError, program } from "./programs.js";
import { python, session } from "./session.js";
import { closeRecord, startRecord } from "./training.js";

/** Runs the program in the editor; while Python is on its way, as soon as it is there. */
export function runProgram() {
  const { state } = session.values;
  if (state !== "ready" && state !== "loading") {
    return;
  }
  clearConsole();
  startRecord();
  startData();
  dismissNotice();
  markError(null);
  python().run(() => ({
    type: "run",
    code: program.values.text,
    firstLine: 1,
    continues: false,
    paused: false,
    seed: null,
  }));
}

export function stopProgram() {
  python().stop();
}

/** Starts Python again after its start failed. */
export function retryStart() {
  dismissNotice();
  python().start();
}

/** @param {import("./runner.js").RestartReason} reason */
export function noticeRestart(reason) {
  const { state } = session.values;
  if (state === "running" || state === "stopping") {
    session.set({ status: { kind: "lost" } });
    closeRecord();
    data.set({ finished: true });
  }
  tell(`notice.${reason}`);
}
