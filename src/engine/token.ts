/**
 * Tokens: a finding's address in a few characters, `hs1-7-0012-ak3f9x`.
 *
 * `hs<generator>-<seed>-<case>-<code>`; the code is one character for the target and five that
 * depend on the trace hash, so that a replay can tell whether it saw the same history. A token makes
 * a plan only with the generator version that it names; artifacts hold the plan itself.
 *
 * @packageDocumentation
 */
import { Result } from "./result.js";

export interface Token {
  readonly generator: number;
  readonly seed: string;
  readonly caseIndex: number;
  /** One character, see the catalog of targets. */
  readonly targetCode: string;
  /** First characters of the trace hash, in the token's alphabet. */
  readonly hashCode: string;
}

/** Digits and letters without those that are mistaken for one another. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const HASH_CODE_LENGTH = 5;
const TOKEN = /^hs(\d{1,4})-([A-Za-z0-9_.]{1,64})-(\d{1,9})-([0-9A-Za-z])([0-9a-z]{5})$/;

/** What a seed may look like: it is part of tokens and of folder names. */
export const SEED = /^[A-Za-z0-9_.]{1,64}$/;

export function formatToken(token: Token): string {
  const caseText = String(token.caseIndex).padStart(4, "0");
  return `hs${token.generator}-${token.seed}-${caseText}-${token.targetCode}${token.hashCode}`;
}

/** Reads a token; the failure says what is wrong with it. */
export function parseToken(text: string): Result<Token> {
  const found = TOKEN.exec(text);
  if (found === null) {
    return Result.failure(
      `"${text}" is not a token; a token looks like hs1-7-0012-ak3f9x (hs<generator>-<seed>-<case>-<code>)`,
    );
  }
  const [, generator, seed, caseText, targetCode, hashCode] = found as unknown as string[];
  return Result.ok({
    generator: Number(generator),
    seed: seed as string,
    caseIndex: Number(caseText),
    targetCode: targetCode as string,
    hashCode: hashCode as string,
  });
}

/** The part of a token that stands for a trace hash (25 bits of it). */
export function hashCodeOf(traceHash: string): string {
  let bits = Number.parseInt(traceHash.slice(0, 8), 16);
  let code = "";
  for (let index = 0; index < HASH_CODE_LENGTH; index += 1) {
    code += ALPHABET[bits % ALPHABET.length];
    bits = Math.floor(bits / ALPHABET.length);
  }
  return code;
}

/** The seed from which the plan of one case of a campaign is made. */
export function caseSeedOf(seed: string, caseIndex: number): string {
  return `${seed}/${caseIndex}`;
}
