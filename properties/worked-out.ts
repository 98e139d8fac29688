/**
 * What is worked out of a recording once, for all properties that ask.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";

/** The function, asked once for a recording; anew where somebody asks by another profile. */
export function workedOutOnce<Made>(
  make: (recording: Recording, profile: Profile) => Made,
): (recording: Recording, profile: Profile) => Made {
  const known = new WeakMap<Recording, { readonly profile: Profile; readonly made: Made }>();
  return (recording, profile) => {
    const found = known.get(recording);
    if (found?.profile === profile) return found.made;
    const made = make(recording, profile);
    known.set(recording, { profile, made });
    return made;
  };
}
