/**
 * Plans as text: one JSON document, a line for each client, operation, fault and decision of the
 * schedule, so that a diff shows what a minimiser took away.
 *
 * @packageDocumentation
 */
import { ADMINISTRATOR, type SecurityDirectory } from "../protocol/index.js";
import { PLAN_FORMAT, type Plan, type PlannedClient } from "./plan.js";
import { CHOICE_MAX, SCHEDULE_QUESTIONS, type PlannedSchedule } from "./schedule.js";
import { PLAN_LIMITS, PLAN_SCHEMA } from "./schema.js";

/** Who looks in for liveness. */
const RESERVED = "observer";

export type ParsedPlan =
  | { readonly ok: true; readonly plan: Plan }
  /** `message`: one line that says where, and what is wrong. */
  | { readonly ok: false; readonly message: string };

/** The text of a plan; equal plans with equal key order have equal texts. */
export function formatPlan(plan: Plan): string {
  const { format, generator, seed, mode, server, liveness, features } = plan;
  const { clients, operations, faults, schedule, security } = plan;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["format", String(format)],
    ["generator", String(generator)],
    ["seed", JSON.stringify(seed)],
    ["mode", JSON.stringify(mode)],
    ["security", security && formatSecurity(security)],
    ["server", server && JSON.stringify(server)],
    ["liveness", liveness && "true"],
    ["features", features && JSON.stringify(features)],
    ["clients", formatList(clients)],
    ["operations", formatList(operations)],
    ["faults", faults && formatList(faults)],
    ["schedule", schedule && formatSchedule(schedule)],
  ];
  const lines = fields.flatMap(([key, text]) =>
    text === undefined ? [] : [`  "${key}": ${text}`],
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

function formatSecurity({ groups, users }: SecurityDirectory): string {
  const listed = (items: readonly unknown[]) => formatList(items).replaceAll("\n", "\n  ");
  return `{\n    "groups": ${listed(groups)},\n    "users": ${listed(users)}\n  }`;
}

function formatSchedule({ decisions, ...rest }: PlannedSchedule): string {
  const lines = Object.entries(rest).map(
    ([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  if (decisions !== undefined) {
    lines.push(`    "decisions": ${formatList(decisions).replaceAll("\n", "\n  ")}`);
  }
  return `{\n${lines.join(",\n")}\n  }`;
}

/** Reads a plan; refuses other formats, unknown keys, and what could not be run. Never throws. */
export function parsePlan(text: string): ParsedPlan {
  if (text.length > PLAN_LIMITS.textLengthMax) {
    return failure("", `the plan is longer than ${PLAN_LIMITS.textLengthMax} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return failure("", `not JSON: ${(error as Error).message}`);
  }
  const format = formatOf(value);
  if (format !== undefined && format !== PLAN_FORMAT) {
    return failure("format", `this version reads plans of format ${PLAN_FORMAT}, not ${format}`);
  }
  const parsed = PLAN_SCHEMA.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return failure(pathText(issue?.path ?? []), issue?.message ?? "not a plan");
  }
  return checked(parsed.data);
}

function formatList(items: readonly unknown[]): string {
  if (items.length === 0) return "[]";
  return `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
}

function formatOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("format" in value)) return undefined;
  return typeof value.format === "number" ? value.format : undefined;
}

/** What a schema can't say: how the parts of a plan fit together. */
function checked(plan: Plan): ParsedPlan {
  const clients = new Set<string>();
  for (const [index, client] of plan.clients.entries()) {
    const where = `clients[${index}]`;
    if (clients.has(client.name)) {
      return failure(`${where}.name`, `there is another client "${client.name}"`);
    }
    clients.add(client.name);
    if (client.name === RESERVED) return failure(`${where}.name`, `"${RESERVED}" is reserved`);
    const upsideDown = upsideDownLink(client);
    if (upsideDown !== null) {
      return failure(`${where}.link.${upsideDown}`, "delayMsMin is greater than delayMsMax");
    }
  }
  const ids = new Set<string>();
  for (const [index, { id, client }] of plan.operations.entries()) {
    const where = `operations[${index}]`;
    if (ids.has(id)) return failure(`${where}.id`, `there is another operation "${id}"`);
    ids.add(id);
    if (!clients.has(client)) {
      return failure(`${where}.client`, `the plan has no client "${client}"`);
    }
  }
  return (
    checkedFaults(plan, clients, ids) ??
    checkedSchedule(plan) ??
    checkedSecurity(plan) ?? { ok: true, plan }
  );
}

/** What is wrong with who may do what; null where nothing is. */
function checkedSecurity({ security, clients, operations }: Plan): ParsedPlan | null {
  if (security === undefined) return insecure({ clients, operations });
  const groups = new Set<string>();
  for (const [index, { name }] of security.groups.entries()) {
    const where = `security.groups[${index}].name`;
    if (groups.has(name)) return failure(where, `there is another group "${name}"`);
    groups.add(name);
  }
  const users = new Set<string>();
  for (const [index, user] of security.users.entries()) {
    const where = `security.users[${index}]`;
    if (users.has(user.name))
      return failure(`${where}.name`, `there is another user "${user.name}"`);
    if (user.name === ADMINISTRATOR.name) return failure(`${where}.name`, "it is there anyway");
    users.add(user.name);
    const stray = user.groups.find((name) => !groups.has(name));
    if (stray !== undefined) return failure(`${where}.groups`, `there is no group "${stray}"`);
  }
  return null;
}

/** What of a plan makes sense in secure mode alone. */
function insecure({
  clients,
  operations,
}: Pick<Plan, "clients" | "operations">): ParsedPlan | null {
  const needs = 'it takes a plan with users and groups, in "security"';
  const client = clients.findIndex(({ user }) => user !== undefined);
  if (client >= 0) return failure(`clients[${client}].user`, needs);
  const operation = operations.findIndex(
    ({ action }) =>
      action.kind === "administer" ||
      action.kind === "revoke-session" ||
      (action.kind === "login" && action.credentials !== undefined),
  );
  return operation < 0 ? null : failure(`operations[${operation}].action`, needs);
}

/** What is wrong with the schedule; null where nothing is. */
function checkedSchedule({ schedule }: Plan): ParsedPlan | null {
  const names = new Set<string>();
  for (const [index, { at, choice }] of (schedule?.decisions ?? []).entries()) {
    const where = `schedule.decisions[${index}]`;
    if (names.has(at)) return failure(`${where}.at`, `there is another decision "${at}"`);
    names.add(at);
    const question = SCHEDULE_QUESTIONS.find((known) => at.endsWith(`/${known}`));
    if (question === undefined) {
      const known = SCHEDULE_QUESTIONS.join(", ");
      return failure(`${where}.at`, `"${at}" asks nothing; it ends in one of ${known}`);
    }
    if (choice > CHOICE_MAX[question]) {
      return failure(`${where}.choice`, `${question} is at most ${CHOICE_MAX[question]}`);
    }
  }
  return null;
}

/** What is wrong with the faults; null where nothing is. */
function checkedFaults(
  plan: Plan,
  clients: ReadonlySet<string>,
  operations: ReadonlySet<string>,
): ParsedPlan | null {
  const ids = new Set(operations);
  for (const [index, { id, operation, fault }] of (plan.faults ?? []).entries()) {
    const where = `faults[${index}]`;
    if (ids.has(id)) {
      return failure(`${where}.id`, `there is another operation or fault "${id}"`);
    }
    ids.add(id);
    if (operation !== undefined && !operations.has(operation)) {
      return failure(`${where}.operation`, `the plan has no operation "${operation}"`);
    }
    if ("clients" in fault) {
      const stray = fault.clients.find((name) => !clients.has(name));
      if (stray !== undefined) {
        return failure(`${where}.fault.clients`, `the plan has no client "${stray}"`);
      }
    }
    if (fault.kind === "latency" && fault.delayMsMin > fault.delayMsMax) {
      return failure(`${where}.fault`, "delayMsMin is greater than delayMsMax");
    }
  }
  return null;
}

function upsideDownLink({ link }: PlannedClient): "up" | "down" | null {
  if (link.up.delayMsMin > link.up.delayMsMax) return "up";
  if (link.down.delayMsMin > link.down.delayMsMax) return "down";
  return null;
}

/** `operations[3].action.path`. */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

function failure(where: string, what: string): ParsedPlan {
  const line = what.replaceAll(/\s*\n\s*/g, " ");
  return { ok: false, message: where === "" ? line : `${where}: ${line}` };
}
