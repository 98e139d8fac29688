/**
 * Stands between us and a command that we start: whatever ends us, ends the command as well.
 *
 * Called as `guard.js <command>`, with a channel to its parent. The command runs in a shell with a
 * process group of its own. A message `stop` asks the whole group to end, `kill` ends it; so does the
 * end of the channel. The guard ends as the command does: with its exit code, or by 128 + signal.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const [command] = process.argv.slice(2);
if (command === undefined) throw new Error("a command is needed");

// The shell itself outlives a SIGTERM to its group: it waits for the command, and ends as it does.
const script = process.platform === "win32" ? command : `trap : TERM\n${command}`;

const child = spawn(script, {
  shell: true,
  // Its group must be its own, so that it can be ended as a whole.
  detached: true,
  stdio: ["ignore", "inherit", "inherit"],
});

function signal(name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group is gone already.
  }
}

process.on("message", (message) => signal(message === "stop" ? "SIGTERM" : "SIGKILL"));
process.on("disconnect", () => {
  signal("SIGKILL");
  process.exit(1);
});
// A terminal sends Ctrl-C to all of its group; the parent decides what happens to the command.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => signal("SIGTERM"));

child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code, name) => {
  // What the shell left behind in its group goes as well.
  signal("SIGKILL");
  process.exit(code ?? 128 + constants.signals[name ?? "SIGKILL"]);
});
