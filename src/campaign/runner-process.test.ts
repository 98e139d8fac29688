import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { runFresh, type Reply } from "./runner-process.js";

const WATCHDOG_MS = 400;

const folder = mkdtempSync(join(tmpdir(), "runner-process-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let scripts = 0;

/** What becomes of a case in a process that does this with it. */
function replyOf(body: string): Promise<Reply> {
  scripts += 1;
  const runnerPath = join(folder, `runner-${scripts}.mjs`);
  const ready = `process.send({ kind: "ready" });`;
  writeFileSync(runnerPath, `process.on("message", () => { ${body} }); ${ready}`);
  const request = { id: 1, target: "reference", planSeed: "1", wantsHistory: false } as const;
  const progress = () => undefined;
  return runFresh(request, { runnerPath, watchdogMs: WATCHDOG_MS, progress });
}

const turn = (of: string) => `process.send({ kind: "turn", of: "${of}" });`;

describe("the watchdog of a runner process", () => {
  it("takes a server for hung that is busy for longer", async () => {
    expect(await replyOf(turn("server"))).toEqual({ kind: "hung", afterMs: WATCHDOG_MS });
  });

  it("leaves the tool more time, and takes it for a defect where that isn't enough", async () => {
    expect(await replyOf(`${turn("server")} ${turn("tool")}`)).toEqual({
      kind: "failed",
      message: "preparing or judging a case took longer than 4000 ms",
    });
  });

  it("tells the end of the process in the server's turn from one in the tool's", async () => {
    const end = "process.exit(3);";

    expect(await replyOf(`${turn("server")} ${end}`)).toEqual({ kind: "died", how: "exit 3" });
    expect(await replyOf(end)).toEqual({
      kind: "failed",
      message: "the process ended while it prepared or judged a case: exit 3",
    });
  });
});
