/**
 * The clients of the scripts.
 *
 * @packageDocumentation
 */
import { Actor } from "../script.js";

export const c1 = new Actor("c1");
export const c2 = new Actor("c2");
export const c3 = new Actor("c3");
