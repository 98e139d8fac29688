/**
 * Script of a runner process: the campaign's cases against the targets of the catalog.
 *
 * @packageDocumentation
 */
import { serveCases } from "../campaign/index.js";
import { targetOf } from "./catalog.js";
import { knownIssuesOf } from "./known-issues.js";

serveCases({ targetOf, knownIssuesOf });
