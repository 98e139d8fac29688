/**
 * The targets there are, by the ids that the command line takes.
 *
 * @packageDocumentation
 */
import { PROFILE_IDS, type ProfileId } from "../../models/index.js";
import type { CaseRequest } from "../engine/index.js";
import {
  DEFAULT_SETTINGS,
  ExternalTarget,
  placeOf,
  type PlaceOfId,
} from "../targets/external/index.js";
import {
  HAPPN3_RELEASES,
  happn3Target,
  scriptOf,
  scriptTarget,
  type Happn3Release,
  type ScriptOfId,
} from "../targets/node/index.js";
import { MUTANTS, referenceId, referenceTarget } from "../targets/reference/index.js";
import {
  DRAWN_DIALECTS,
  FIRST_DIALECT,
  MIXED_DIALECTS,
  type DialectId,
  type DrawnDialect,
  type LaterDialect,
} from "../protocol/index.js";
import { dialectId, speaking, withoutDialect } from "../targets/dialect-target.js";
import { SECURE_SUFFIX, securely } from "../targets/secure-target.js";
import type { ModuleTier, Target } from "../targets/target.js";
import { usageError } from "./exit-code.js";

export interface CatalogEntry {
  readonly id: string;
  /** One character in tokens; never given to another target. */
  readonly code: string;
  readonly profile: ProfileId;
  readonly description: string;
  /** Present where it lives in real time. */
  readonly isLive?: true;
  /** Present where its plans are drawn in secure mode. */
  readonly isSecure?: true;
  /** Present where the clients of its plans ask for that dialect, or for different ones. */
  readonly dialect?: DrawnDialect;
  /** The target in whose place it is fuzzed where no dialect is asked for: it serves no clients of happn_1.3.0. */
  readonly usually?: LaterDialect;
  /** @param modules what becomes of modules between cases, for a target that has any */
  make(modules?: ModuleTier): Target;
}

export const DEFAULT_TARGET = "happn-3@1.13.3";

/** Codes of reference servers in tokens; only ever added to. */
const REFERENCE_CODES: Readonly<Record<ProfileId, string>> = {
  "1.x": "r",
  "5.x": "o",
  "7.x": "q",
  "8.x": "t",
  "9.x": "u",
  "10.x": "v",
  "11.x": "x",
  "12.x": "z",
  "13.x": "s",
};

/** Codes of pinned releases in tokens; only ever added to. */
const RELEASE_CODES: Readonly<Record<string, string>> = {
  "1.13.3": "a",
  "13.12.1": "b",
  "3.1.1": "d",
  "5.3.1": "e",
  "6.3.2": "f",
  "7.3.2": "g",
  "8.2.7": "h",
  "9.0.1": "i",
  "10.6.0": "j",
  "11.2.1": "k",
  "11.11.0": "l",
  "12.1.10": "n",
};

/** Codes of targets in secure mode, by the ids without it; only ever added to. */
const SECURE_CODES: Readonly<Record<string, string>> = {
  reference: "0",
  "reference:13.x": "1",
  "happn-3@1.13.3": "2",
  "happn-3@6.3.2": "3",
  "happn-3@13.12.1": "4",
};

/** Codes of targets in a later dialect, by the ids without it; only ever added to. */
const DIALECT_CODES: Readonly<Record<string, Readonly<Partial<Record<DrawnDialect, string>>>>> = {
  "reference:5.x": { happn_2: "A", mixed: "X" },
  "reference:8.x": { happn_3: "S" },
  "reference:9.x": { happn_4: "T" },
  "reference:10.x": { happn_4: "U" },
  "reference:11.x": { happn_4: "V" },
  "reference:12.x": { happn_4: "W" },
  "reference:13.x": { happn_2: "B", happn_3: "C", happn_4: "D", mixed: "Y" },
  "happn-3@5.3.1": { happn_2: "E" },
  "happn-3@6.3.2": { happn_2: "F" },
  "happn-3@7.3.2": { happn_2: "G", mixed: "Z" },
  "happn-3@8.2.7": { happn_3: "H" },
  "happn-3@9.0.1": { happn_4: "I" },
  "happn-3@10.6.0": { happn_4: "J" },
  "happn-3@11.2.1": { happn_4: "K" },
  "happn-3@11.11.0": { happn_4: "L" },
  "happn-3@12.1.10": { happn_4: "N", mixed: "O" },
  "happn-3@13.12.1": { happn_2: "P", happn_3: "Q", happn_4: "R", mixed: "M" },
};

const PLAIN_ENTRIES: readonly CatalogEntry[] = [
  ...PROFILE_IDS.map((profile) => ({
    id: referenceId(profile),
    code: REFERENCE_CODES[profile],
    profile,
    description:
      profile === "1.x"
        ? "the reference model as a server; nothing may ever be found in it"
        : `the same, by profile ${profile}`,
    make: () => referenceTarget(profile),
  })),
  ...HAPPN3_RELEASES.map((release) => ({
    id: `happn-3@${release.version}`,
    code: RELEASE_CODES[release.version] ?? "y",
    profile: release.profile,
    description: releaseText(release),
    ...(release.servesFirst || release.protocol === FIRST_DIALECT
      ? {}
      : { usually: release.protocol }),
    make: (modules?: ModuleTier) =>
      happn3Target(release.version, modules === undefined ? {} : { modules }),
  })),
];

/** Every target that can be fuzzed, mutants aside. */
export const CATALOG: readonly CatalogEntry[] = [
  ...PLAIN_ENTRIES,
  ...PLAIN_ENTRIES.flatMap((entry): readonly CatalogEntry[] => {
    const { id, profile } = entry;
    const code = SECURE_CODES[id];
    if (code === undefined) return [];
    return [
      {
        ...{ id: `${id}${SECURE_SUFFIX}`, code, profile, isSecure: true },
        description: `${id} in secure mode: with users, groups and permissions`,
        make: (modules) => securely(entry.make(modules)),
      },
    ];
  }),
  ...PLAIN_ENTRIES.flatMap((entry) =>
    DRAWN_DIALECTS.flatMap((dialect): readonly CatalogEntry[] => {
      const { id, profile } = entry;
      const code = DIALECT_CODES[id]?.[dialect];
      if (code === undefined) return [];
      return [
        {
          ...{ id: dialectId(id, dialect), code, profile, dialect },
          description: `${id}, with clients of ${dialect === MIXED_DIALECTS ? "different dialects" : dialect}`,
          make: (modules) => speaking(entry.make(modules), dialect),
        },
      ];
    }),
  ),
];

function releaseText({ version, protocol, servesFirst }: Happn3Release): string {
  const serves = servesFirst
    ? ""
    : `; it speaks ${protocol}, and publishes nothing to clients of happn_1.3.0`;
  return `happn-3 ${version} as npm delivers it, in the simulated world${serves}`;
}

/** Reference servers that are wrong on purpose. Their tokens have the code `m` and need `--target`. */
const MUTANT_ENTRIES: readonly CatalogEntry[] = MUTANTS.map((mutant) => ({
  id: `mutant:${mutant.id}`,
  code: "m",
  profile: mutant.profile ?? "1.x",
  description: mutant.description,
  make: () => {
    const target = referenceTarget(mutant.profile, { mutant: mutant.id });
    if (mutant.dialect !== undefined) return speaking(target, mutant.dialect, target.id);
    return mutant.isSecure === true ? securely(target, target.id) : target;
  },
}));

/**
 * The id of a target in secure mode.
 * @throws CommandError (64) where it has none that is known
 */
export function secureIdOf(id: string): string {
  const secure = `${entryOf(id).id}${SECURE_SUFFIX}`;
  if (id.endsWith(SECURE_SUFFIX)) return id;
  if (CATALOG.some((entry) => entry.id === secure)) return secure;
  const known = CATALOG.filter((entry) => entry.isSecure === true);
  const ids = known.map((entry) => entry.id.slice(0, -SECURE_SUFFIX.length)).join(", ");
  throw usageError(`${id} is not run in secure mode; there are ${ids}`);
}

/**
 * The id of a target with clients of a dialect: the one asked for, or else the one that it serves.
 * @throws CommandError (64) where none is known that serves them
 */
export function spokenIdOf(id: string, asked: DialectId | DrawnDialect | undefined): string {
  const entry = entryOf(id);
  const dialect = asked ?? entry.usually;
  if (dialect === undefined || dialect === FIRST_DIALECT || entry.dialect === dialect) return id;
  const plain = withoutDialect(id);
  const spoken = dialectId(plain, dialect);
  if (CATALOG.some((candidate) => candidate.id === spoken)) return spoken;
  const known = CATALOG.flatMap((candidate) =>
    candidate.dialect === dialect ? [withoutDialect(candidate.id)] : [],
  );
  throw usageError(`${plain} is not fuzzed in ${dialect}; there are ${known.join(", ")}`);
}

/** Whether a target has that id. */
export function isTargetId(id: string): boolean {
  if (scriptOf(id) !== null) return true;
  return [...CATALOG, ...MUTANT_ENTRIES].some((candidate) => candidate.id === id);
}

/**
 * The entry of a target id.
 * @throws CommandError (64) naming the targets there are
 */
export function entryOf(id: string): CatalogEntry {
  const place = placeOf(id);
  if (place !== null) return externalEntryOf(id, place);
  const script = scriptOf(id);
  if (script !== null) return scriptEntryOf(id, script);
  const entry = [...CATALOG, ...MUTANT_ENTRIES].find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry;
  if (id.startsWith("happn-3@")) {
    const versions = HAPPN3_RELEASES.map(({ version }) => version).join(", ");
    throw usageError(`unknown target "${id}"; of happn-3 there are ${versions}`);
  }
  const ids = CATALOG.map((candidate) => candidate.id).join(", ");
  throw usageError(
    `unknown target "${id}"; there are ${ids}, node:<script.js>, ws://host:port and cmd:<command with {port}> (see happnstance targets)`,
  );
}

/** A script in the simulated world: its tokens have the code `p`, and need `--target`. */
function scriptEntryOf(id: string, found: ScriptOfId): CatalogEntry {
  if (!found.ok) throw usageError(found.message);
  const { script } = found;
  return {
    id,
    code: "p",
    profile: script.profile,
    description: "a script that is a server, in the simulated world",
    make: () => scriptTarget(id, script),
  };
}

/** A server in real time: its tokens have the code `w` or `c`, and need `--target`. */
function externalEntryOf(id: string, place: PlaceOfId): CatalogEntry {
  if (!place.ok) throw usageError(place.message);
  const { kind } = place.place;
  return {
    id,
    code: kind === "url" ? "w" : "c",
    profile: "1.x",
    description:
      kind === "url" ? "a running server, in real time" : "a started server, in real time",
    isLive: true,
    make: () => targetOf(id),
  };
}

/** The entry that a token's code stands for; null for a mutant or an unknown code. */
export function entryOfCode(code: string): CatalogEntry | null {
  return CATALOG.find((candidate) => candidate.code === code) ?? null;
}

const made = new Map<string, Target>();

/** The target of an id, made once a process for either fate of its modules. */
export function targetOf(
  id: string,
  settings?: CaseRequest["settings"],
  modules: ModuleTier = "fresh",
): Target {
  const key = `${modules} ${id}`;
  let target = made.get(key);
  if (target === undefined) {
    const place = placeOf(id);
    target =
      place?.ok === true
        ? new ExternalTarget(id, place.place, { ...DEFAULT_SETTINGS, ...settings })
        : entryOf(id).make(modules);
    made.set(key, target);
  }
  return target;
}
