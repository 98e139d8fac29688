/**
 * The options of a `get`: criteria, fields, sort, limit.
 */

/** The options make no sense, and the request is answered with an error. */
export class BadRequest extends Error {}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The order of texts by their UTF-16 units. */
export function compareTexts(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * @returns the items that the options ask for, and `shown`, what of a document's data they let through
 * @throws BadRequest
 */
export function readOf(items, options) {
  const inner = options.options ?? {};
  if (!isObject(inner)) throw new BadRequest("the options of a query are no object");
  const criteria = objectOf("criteria", options.criteria);
  const fields = objectOf("fields", inner.fields ?? options.fields);
  const sort = objectOf("sort", inner.sort ?? options.sort);
  const limit = inner.limit ?? Infinity;
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new BadRequest("the limit is no whole number");
  }
  const met = items.filter(({ data }) => criteria === null || meets(data, criteria));
  const ordered = sort === null ? met : met.toSorted((left, right) => order(left, right, sort));
  const isPathOnly = (inner.path_only ?? options.path_only) === true;
  const names = Object.keys(fields ?? {})
    .filter((name) => fields[name] === 1 || fields[name] === true)
    .map((name) => name.split("."));
  return {
    items: ordered.slice(0, limit),
    isPathOnly,
    shown: (data) => (isPathOnly ? {} : fields === null ? data : part(data, names)),
  };
}

function objectOf(name, value) {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw new BadRequest(`${name} is no object`);
  return value;
}

function fieldOf(data, name) {
  if (Object.hasOwn(data, name)) return data[name];
  return name
    .split(".")
    .reduce((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), data);
}

function part(data, names) {
  const kept = Object.entries(data).flatMap(([key, value]) => {
    const tails = names.filter(([head]) => head === key).map(([, ...tail]) => tail);
    if (tails.some((tail) => tail.length === 0)) return [[key, value]];
    return tails.length > 0 && isObject(value) ? [[key, part(value, tails)]] : [];
  });
  return Object.fromEntries(kept);
}

function order(left, right, sort) {
  for (const [name, direction] of Object.entries(sort)) {
    const [a, b] = [sortValue(left, name), sortValue(right, name)];
    const found =
      typeof a === typeof b && (typeof a === "number" || typeof a === "string")
        ? compareTexts(a, b)
        : Number(a !== undefined) - Number(b !== undefined);
    if (found !== 0) return direction === -1 ? -found : found;
  }
  return 0;
}

function sortValue(item, name) {
  if (name === "_meta.created") return item.created;
  if (name === "_meta.modified") return item.modified;
  return fieldOf(item.data, name);
}

function meets(data, criteria) {
  return Object.entries(criteria).every(([key, wanted]) => {
    if (key === "$and" || key === "$or") {
      if (!Array.isArray(wanted)) throw new BadRequest(`${key} takes a list`);
      const isMet = (each) => isObject(each) && meets(data, each);
      return key === "$and" ? wanted.every(isMet) : wanted.some(isMet);
    }
    const value = fieldOf(data, key);
    const isOperated = isObject(wanted) && Object.keys(wanted).some((name) => name[0] === "$");
    if (!isOperated) return equals(value, wanted);
    return Object.entries(wanted).every(([name, operand]) => operated(value, name, operand));
  });
}

function operated(value, name, operand) {
  switch (name) {
    case "$gt":
      return isComparable(value, operand) && value > operand;
    case "$gte":
      return isComparable(value, operand) && value >= operand;
    case "$lt":
      return isComparable(value, operand) && value < operand;
    case "$lte":
      return isComparable(value, operand) && value <= operand;
    case "$ne":
      return !equals(value, operand);
    case "$in":
      return Array.isArray(operand) && operand.some((each) => equals(value, each));
    case "$nin":
      return Array.isArray(operand) && !operand.some((each) => equals(value, each));
    case "$exists":
      return (value !== undefined) === Boolean(operand);
    default:
      throw new BadRequest(`there is no ${name}`);
  }
}

function isComparable(value, operand) {
  return typeof value === typeof operand && ["number", "string"].includes(typeof value);
}

function equals(value, wanted) {
  if (typeof value !== "object" || typeof wanted !== "object") return value === wanted;
  if (value === null || wanted === null) return value === wanted;
  if (Array.isArray(value) !== Array.isArray(wanted)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === Object.keys(wanted).length &&
    keys.every((key) => Object.hasOwn(wanted, key) && equals(value[key], wanted[key]))
  );
}
