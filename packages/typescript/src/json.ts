// What a JSON value is, and looking into one without being led astray.
//
// Events and tokens are data from outside: only an object's own members count, so that neither a
// member such as `__proto__` nor a polluted prototype can stand for one.

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/** An object of which nothing but its members is known. */
export type Members = Readonly<Record<string, unknown>>;

/** Whether a value is text. */
export function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether a value is an object, and no array. */
export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object's own member. */
export function own(object: Members, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The own member of a value that may be no object. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) ? own(value, name) : undefined;
}

/** The object at a path of own members. */
export function objectAt(value: unknown, path: readonly string[]): Members | undefined {
  for (const name of path) value = member(value, name);
  return isObject(value) ? value : undefined;
}

/** Gives an object a member of its own, also where an assignment would set its prototype. */
export function put(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[name] = value;
  }
}
