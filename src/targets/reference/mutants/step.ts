/**
 * What a mutant changes: how a server goes from one state to the next.
 *
 * @packageDocumentation
 */
import type { ServerInput, ServerState, ServerStep } from "../../../../models/index.js";

export type Step = (state: ServerState, input: ServerInput) => ServerStep;
