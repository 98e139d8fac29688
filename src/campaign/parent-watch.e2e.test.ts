import { spawn } from "node:child_process";
import { once } from "node:events";

import { expect, it } from "vitest";

const MODULE = new URL("../../dist/src/campaign/parent-watch.js", import.meta.url).href;

/** The loop has an end, so that a watch that fails leaves nothing behind. */
const RUNNER = `
  const { endWithParent } = await import(${JSON.stringify(MODULE)});
  endWithParent();
  console.log("looping");
  while (performance.now() < 60_000);
  console.log("nobody ended it");`;

const PARENT = `
  const args = ["--input-type=module", "-e", ${JSON.stringify(RUNNER)}];
  require("node:child_process").spawn(process.execPath, args, { stdio: "inherit" });`;

it("ends a runner that is in an endless loop when its parent is killed", async () => {
  const child = spawn(process.execPath, ["-e", PARENT], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  await once(child.stdout, "data");

  child.kill("SIGKILL");

  // The runner holds the other end of the pipe: it closes when that process is gone.
  await once(child.stdout, "close");
  expect(said).toBe("looping\n");
  expect(child.signalCode).toBe("SIGKILL");
});
