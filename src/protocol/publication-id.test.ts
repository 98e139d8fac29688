import { expect, it } from "vitest";

import type { Json } from "./json.js";
import { publicationIdOf } from "./publication-id.js";

it.each<[string, string]>([
  ["7", "s-7"],
  ['"seven"', "s-seven"],
  ["1e400", "s-Infinity"],
  ["1e21", "s-1e+21"],
  ["null", "s-null"],
  ['{"b":1,"a":2}', 's-{"a":2,"b":1}'],
])("is made of the session and of an eventId as a text: %s", (eventId, id) => {
  expect(publicationIdOf("s", JSON.parse(eventId) as Json)).toBe(id);
});
