/**
 * The reference target: the model as a server, and its mutants.
 *
 * @packageDocumentation
 */
import { step, type ProfileId } from "../../../models/index.js";
import { TargetUnavailableError, type Target } from "../target.js";
import { MUTANTS } from "./mutants/index.js";
import { HABITS } from "./habits.js";
import { ReferenceServer } from "./server.js";

export { MUTANTS, revealingFaults, type Mutant } from "./mutants/index.js";

/** The id of the reference target of a profile: `reference`, or `reference:13.x` for another than the first. */
export function referenceId(profileId: ProfileId): string {
  return profileId === "1.x" ? "reference" : `reference:${profileId}`;
}

/**
 * A server in which nothing may ever be found: `reference`, or `reference:13.x` for that profile.
 * With a mutant's id, one in which that mutant's property must find something: `mutant:<id>`.
 * `name` is what it calls itself when it is asked to describe itself.
 *
 * @throws TargetUnavailableError where there is no such mutant
 */
export function referenceTarget(
  profileId: ProfileId = "1.x",
  {
    mutant: mutantId,
    name = "reference",
  }: { readonly mutant?: string; readonly name?: string } = {},
): Target {
  const mutant = MUTANTS.find(({ id }) => id === mutantId);
  if (mutantId !== undefined && mutant === undefined) {
    const known = MUTANTS.map(({ id }) => id).join(", ");
    throw new TargetUnavailableError(`there is no mutant "${mutantId}"; there are: ${known}`);
  }
  return {
    id: mutant === undefined ? referenceId(profileId) : `mutant:${mutant.id}`,
    profile: profileId,
    time: "virtual",
    stores: ["memory", "file"],
    hasSecureMode: true,
    prepare: () => Promise.resolve(),
    async enter(body) {
      await new Promise((resolve) => setImmediate(resolve));
      return body();
    },
    start: (environment, observer) =>
      new ReferenceServer(profileId, environment, observer, {
        step: mutant?.create(step) ?? step,
        race: mutant?.race?.() ?? null,
        name,
        textOf: (frame) => mutant?.write?.(JSON.stringify(frame)) ?? JSON.stringify(frame),
        habits: { ...HABITS, ...mutant?.habits },
      }),
  };
}
